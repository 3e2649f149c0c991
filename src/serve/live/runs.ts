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
  /** Announces a run; whoever does must call `finish` or `refuse` on it. */
  begin(start: RunStart): LiveRun
  /** A run that goes on, or has ended a moment ago. */
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
  const ended = keepEnded(clock)
  const waiting = new Set<() => void>()
  const end = (run: LiveRun) => {
    running.delete(run.runId)
    ended.add(run)
    if (running.size === 0) for (const done of waiting) done()
  }
  return {
    begin: (start) => {
      const run = beginRun(start, clock, end)
      running.set(start.runId, run)
      return run
    },
    find: (runId) => running.get(runId) ?? ended.find(runId),
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
      runs.set(run.runId, { run, endedMs: clock.monotonic() })
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
