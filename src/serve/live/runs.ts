// Everything that runs in this process: to be listed, watched and cancelled while it does, and to
// be read for a while after its end.

import { limits } from '#spec/limits.ts'
import type { TargetKind } from '#spec/run.ts'
import type { Clock } from '#host/host.ts'
import { beginRun, type LiveRun } from './run.ts'

export interface RunStart {
  runId: string
  kind: TargetKind
  name: string
  source: RunSource
}

export type RunSource = 'api' | 'webhook' | 'cron' | 'watch' | 'replay'

export interface LiveRuns {
  /**
   * A run that was accepted and has yet to begin, here or elsewhere: it can be watched, and nobody
   * waits for it at the end. The same as `find` when it is known already.
   */
  announce(start: RunStart): LiveRun
  /** Begins a run, which may have been announced; whoever does must call `finish` or `refuse` on it. */
  begin(start: RunStart): LiveRun
  isAnnounced(run: LiveRun): boolean
  /** A run that goes on, is announced, or has ended a moment ago. */
  find(runId: string): LiveRun | undefined
  /** Those that go on, the newest first. */
  list(): LiveRun[]
  /** Cancels all of them; `hurry` kills at once. */
  cancelAll(hurry: boolean): void
  /** Resolves when nothing runs any more, or the signal aborts. */
  idle(signal: AbortSignal): Promise<void>
}

export function openLiveRuns(clock: Clock): LiveRuns {
  const running = new Map<string, LiveRun>()
  const announced = new Map<string, LiveRun>()
  const ended = keepEnded(clock)
  const waiting = new Set<() => void>()
  const end = (run: LiveRun) => {
    running.delete(run.runId)
    announced.delete(run.runId)
    ended.add(run)
    if (running.size === 0) for (const done of waiting) done()
  }
  const find = (runId: string) => running.get(runId) ?? announced.get(runId) ?? ended.find(runId)
  return {
    begin: (start) => {
      const run = announced.get(start.runId) ?? beginRun(start, clock, end)
      announced.delete(start.runId)
      running.set(start.runId, run)
      return run
    },
    announce: (start) => {
      const known = find(start.runId)
      if (known) return known
      const run = beginRun(start, clock, end)
      announced.set(start.runId, run)
      return run
    },
    isAnnounced: ({ runId }) => announced.has(runId),
    find,
    list: () => [...running.values()].toReversed(),
    cancelAll: (hurry) => {
      for (const run of running.values()) run.cancel(hurry)
    },
    idle: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done)
          signal.removeEventListener('abort', done)
          resolve()
        }
        if (running.size === 0 || signal.aborted) return resolve()
        waiting.add(done)
        signal.addEventListener('abort', done)
      }),
  }
}

/** Ended runs in the order of their end: the oldest make room, and time clears the rest. */
function keepEnded(clock: Clock) {
  const runs = new Map<string, { run: LiveRun; endedMs: number }>()
  let bytes = 0
  let planned = false
  const drop = (runId: string, run: LiveRun) => {
    runs.delete(runId)
    bytes -= run.events.bytes
  }
  const sweep = () => {
    planned = false
    const now = clock.monotonic()
    for (const [runId, { run, endedMs }] of runs) {
      const fits = runs.size <= limits.endedRuns && bytes <= limits.endedRunBytes
      if (fits && now - endedMs < limits.runEventsKeptMs) break
      drop(runId, run)
    }
    if (runs.size > 0) plan()
  }
  const plan = () => {
    if (planned) return
    planned = true
    clock.after(limits.runEventsKeptMs, sweep)
  }
  return {
    add: (run: LiveRun) => {
      runs.set(run.runId, { run: outlineOf(run), endedMs: clock.monotonic() })
      bytes += run.events.bytes
      if (runs.size > limits.endedRuns || bytes > limits.endedRunBytes) makeRoom()
      plan()
    },
    find: (runId: string) => runs.get(runId)?.run,
  }
  function makeRoom(): void {
    for (const [runId, { run }] of runs) {
      if (runs.size <= limits.endedRuns && bytes <= limits.endedRunBytes) return
      drop(runId, run)
    }
  }
}

const nothing = () => {}
const noSignal = new AbortController().signal

// Nothing that only a running one needs: there may be a thousand of them.
function outlineOf(run: LiveRun): LiveRun {
  const { runId, kind, name, source, events, sinceMs, progressPath, refusal } = run
  return {
    runId,
    kind,
    name,
    source,
    events,
    sinceMs,
    progressPath,
    refusal,
    state: 'ended',
    signal: noSignal,
    hurry: noSignal,
    onOutput: nothing,
    cancel: nothing,
    start: nothing,
    writesProgress: nothing,
    event: nothing,
    finish: nothing,
    refuse: nothing,
    watch: () => nothing,
  }
}
