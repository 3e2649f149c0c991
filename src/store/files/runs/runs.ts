// The history of presses: JSON files as the truth, and an index that follows them.

import { historyFolder } from '#core/run/folder.ts'
import type { FileMark } from '#core/run/row.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Run, SpilledOutput, Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { IndexChange, RunIndex } from '../../runIndex.ts'
import type { RunClaim, RunStore, StoredRunQuery } from '../../store.ts'
import { guard } from '#core/text/storage.ts'
import { claimProgress, findProgress, type Means } from './claim.ts'
import { placeRecord, placeSpilled } from './place.ts'
import { prune, type Retention } from './prune.ts'
import { listRecords } from './list.ts'
import type { Spares } from './spares.ts'
import { rememberStems } from './stems.ts'

export interface RunsSetup {
  host: Host
  dataDirectory: string
  retention(): Promise<Retention>
  /** Loads the index on first use. */
  loadIndex(): Promise<RunIndex>
}

export interface FileRuns extends RunStore {
  /** To be told when a target was deleted, so that the index forgets it. */
  forget(target: Target): void
  /** Lets the index follow what was done since and tells whose runs were recorded; never throws. */
  settle(): Promise<Target[]>
  /** From now on files of pruned records serve new ones. */
  keepSpares(spares: Spares): void
}

export function openRuns(setup: RunsSetup): FileRuns {
  const { host, dataDirectory } = setup
  const directoryOf = ({ kind, name }: Target) => `${dataDirectory}/${historyFolder(kind, name)}`
  let queue: IndexChange[] = []
  const given = rememberStems()
  let spares: Spares | undefined
  const listStored = (query: StoredRunQuery) => listRuns(setup, query)
  return {
    claimProgress: async (target, startedMs) => {
      // While the child runs there is time to spare: the index is opened then, not afterwards.
      setImmediate(() => void warmIndex(setup))
      return claimProgress(host, directoryOf(target), startedMs, { given, spares })
    },
    record: async (target, claim, run, spilled) => {
      const { file, mark } = recordRun(setup, { given, spares }, target, claim, run, spilled)
      const stored = { ...target, file, run } as StoredRun
      queue.push({
        kind: 'recorded',
        target,
        ...(mark && { record: { stored, mark } }),
        pruned: [],
      })
      return file
    },
    list: async (query) => {
      const found = await listStored({ kinds: ['button'], ...query })
      return found.flatMap((stored) => (stored.kind === 'button' ? [stored.run] : []))
    },
    listStored,
    find: (runId) => findRun(setup, runId),
    read: async ({ kind, name }, file) => {
      const { findRecord } = await import('./read.ts')
      return findRecord(host, dataDirectory, kind, name, file)?.stored
    },
    findBeside: async (file) => (await import('./beside.ts')).findBeside(host, dataDirectory, file),
    listFailures: async (limit) => {
      const { toFailure } = await import('#core/run/failure.ts')
      return (await listStored({ failedOnly: true, limit })).map(toFailure)
    },
    findProgress: async (target) =>
      guard(`Cannot list "${directoryOf(target)}"`, () => findProgress(host, directoryOf(target))),
    count: async ({ kind, name }) => listRecords(host, dataDirectory, kind, name).length,
    forget: (target) => void queue.push({ kind: 'forgotten', target }),
    settle: async () => {
      const changes = queue
      queue = []
      if (changes.length === 0) return []
      const targets = recordedTargets(changes)
      changes.push(...(await pruneAll(setup, targets, spares)))
      await writeIndex(setup, changes)
      return targets
    },
    keepSpares: (kept) => void (spares = kept),
  }
}

async function warmIndex({ loadIndex }: RunsSetup): Promise<void> {
  try {
    ;(await loadIndex()).warm()
  } catch {
    // `settle` meets the same trouble again and leaves it to the next reader.
  }
}

// A failing index never fails a press: the files are the truth, and the next reader follows them.
async function writeIndex({ loadIndex }: RunsSetup, changes: IndexChange[]): Promise<void> {
  try {
    ;(await loadIndex()).write(changes)
  } catch {
    // Nothing is lost: a reader notices that the folder has changed.
  }
}

function recordedTargets(changes: readonly IndexChange[]): Target[] {
  const seen = new Set<string>()
  const targets: Target[] = []
  for (const { kind, target } of changes) {
    const key = `${target.kind}/${target.name}`
    if (kind !== 'recorded' || seen.has(key)) continue
    seen.add(key)
    targets.push(target)
  }
  return targets
}

// Once for all presses of a target since the last time: a folder is listed whole, whatever one of
// them has added.
async function pruneAll(
  setup: RunsSetup,
  targets: readonly Target[],
  spares: Spares | undefined,
): Promise<IndexChange[]> {
  const { host, dataDirectory } = setup
  const changes: IndexChange[] = []
  if (targets.length === 0) return changes
  const retention = await setup.retention()
  for (const target of targets) {
    const folder = historyFolder(target.kind, target.name)
    const pruned: string[] = []
    for (const name of prune(host, `${dataDirectory}/${folder}`, retention, spares))
      pruned.push(`${folder}/${name}`)
    changes.push({ kind: 'recorded', target, pruned })
  }
  return changes
}

function recordRun(
  { host, dataDirectory }: RunsSetup,
  means: Means,
  target: Target,
  claim: RunClaim,
  run: Run | DrawerRun,
  spilled: SpilledOutput | undefined,
): { file: string; mark: FileMark | undefined } {
  const folder = historyFolder(target.kind, target.name)
  const directory = `${dataDirectory}/${folder}`
  const name = placeRecord(host, directory, claim, run, target.name, means, spilled)
  if (spilled) placeSpilled(host, directory, name, spilled)
  return { file: `${folder}/${name}`, mark: findMark(host, `${directory}/${name}`) }
}

// Undefined when somebody else's pruning has already taken it.
function findMark(host: Host, path: string): FileMark | undefined {
  try {
    return host.files.stat(path)
  } catch {
    return undefined
  }
}

async function listRuns(setup: RunsSetup, query: StoredRunQuery): Promise<StoredRun[]> {
  try {
    return (await setup.loadIndex()).list(query)
  } catch {
    // Locked, read-only, no such file system: the files answer by themselves.
    const { scan } = await import('./scan.ts')
    return guard('Cannot read the run history', () => scan(setup.host, setup.dataDirectory, query))
  }
}

async function findRun(setup: RunsSetup, runId: string): Promise<StoredRun | undefined> {
  try {
    return (await setup.loadIndex()).find(runId)
  } catch {
    const { scan } = await import('./scan.ts')
    const { host, dataDirectory } = setup
    return guard('Cannot read the run history', () =>
      scan(host, dataDirectory, {}).find(({ run }) => run.run_id === runId),
    )
  }
}
