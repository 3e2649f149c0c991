// What an earlier process did of a run, so that a resumed one can ask by key.

import type {
  AttemptFailed,
  BranchChosen,
  ItemFinished,
  RunEvent,
  RunFinished,
  RunStarted,
  StepFinished,
  StepStarted,
  WaitStarted,
} from '#spec/drawerEvents.ts'

export interface Past {
  /** Ids of the run and of all runs inside it. */
  readonly runIds: ReadonlySet<string>
  readonly finishedKeys: readonly string[]
  /** What a run's events were, by what its keys begin with. */
  findRun(prefix: string): PastRun | undefined
  findStarted(key: string): StepStarted | undefined
  findFinished(key: string): StepFinished | undefined
  /** The newest failed attempt that was to be followed by another one. */
  findFailure(key: string): AttemptFailed | undefined
  findWait(key: string): WaitStarted | undefined
  findBranch(key: string): BranchChosen | undefined
  /** How far an item of a loop got. */
  findItem(key: string): 'started' | 'finished' | undefined
  /** The first of a loop's items, in time, that really failed; `inside` is the loop's key. */
  findFailedItem(inside: string): ItemFinished | undefined
}

export interface PastRun {
  started: RunStarted
  finished?: RunFinished
  recorded: boolean
  /** Steps of the drawer itself that ended, in the order of time. */
  steps: StepFinished[]
  /** The same of steps in its loops and branches. */
  inner: StepFinished[]
  /** Keys of steps of the drawer itself that were started. */
  begun: string[]
}

/** Reads the events of a run in their order; those of drawers inside are among them. */
export function openPast(events: readonly RunEvent[]): Past {
  const index = emptyIndex()
  for (const event of events) readers[event.type](event as never, index)
  return {
    runIds: new Set(index.byId.keys()),
    finishedKeys: [...index.finished.keys()],
    findRun: (prefix) => index.runs.get(prefix),
    findStarted: (key) => index.started.get(key),
    findFinished: (key) => index.finished.get(key),
    findFailure: (key) => index.failures.get(key),
    findWait: (key) => index.waits.get(key),
    findBranch: (key) => index.branches.get(key),
    findItem: (key) => index.items.get(key),
    findFailedItem: (inside) => index.failedItems.get(inside),
  }
}

/** A run of which nothing is known but that it was begun. */
export function pastOf(started: RunStarted): PastRun {
  const { run_id, at_ms, reused = [] } = started
  const steps = reused.map((step) => ({ type: 'step.finished' as const, run_id, at_ms, ...step }))
  return { started, recorded: false, steps, inner: [], begun: [] }
}

interface Index {
  runs: Map<string, PastRun>
  byId: Map<string, PastRun>
  started: Map<string, StepStarted>
  finished: Map<string, StepFinished>
  failures: Map<string, AttemptFailed>
  waits: Map<string, WaitStarted>
  branches: Map<string, BranchChosen>
  items: Map<string, 'started' | 'finished'>
  failedItems: Map<string, ItemFinished>
}

function emptyIndex(): Index {
  return {
    runs: new Map(),
    byId: new Map(),
    started: new Map(),
    finished: new Map(),
    failures: new Map(),
    waits: new Map(),
    branches: new Map(),
    items: new Map(),
    failedItems: new Map(),
  }
}

type Readers = {
  [Type in RunEvent['type']]: (event: Extract<RunEvent, { type: Type }>, index: Index) => void
}

const readers: Readers = {
  'run.started': (event, { runs, byId }) => {
    const run = pastOf(event)
    runs.set(event.key, run)
    byId.set(event.run_id, run)
  },
  'step.started': (event, { started, byId }) => {
    started.set(event.key, event)
    if (event.index !== undefined) byId.get(event.run_id)?.begun.push(event.key)
  },
  'attempt.started': () => {},
  'attempt.failed': (event, { failures }) => void failures.set(event.key, event),
  'wait.started': (event, { waits }) => void waits.set(event.key, event),
  'branch.chosen': (event, { branches }) => void branches.set(event.key, event),
  'item.started': (event, { items }) => void items.set(event.key, 'started'),
  'item.finished': (event, { items, failedItems }) => {
    items.set(event.key, 'finished')
    const inside = event.key.slice(0, event.key.lastIndexOf('['))
    if (event.verdict === 'failed' && !failedItems.has(inside)) failedItems.set(inside, event)
  },
  'step.finished': (event, { finished, byId }) => {
    finished.set(event.key, event)
    const run = byId.get(event.run_id)
    if (event.index === undefined) run?.inner.push(event)
    else run?.steps.push(event)
  },
  'run.finished': (event, { byId }) => {
    const run = byId.get(event.run_id)
    if (run) run.finished = event
  },
  'run.recorded': (event, { byId }) => {
    const run = byId.get(event.run_id)
    if (run) run.recorded = true
  },
}
