// One run while it goes on: its events, its end, and the way to stop it. Whoever presses tells it
// what happens; whoever watches reads its events.

import { type EventLog, openEventLog, type RunEventName } from '#core/serve/eventLog.ts'
import { splitLines } from '#core/text/lines.ts'
import { formatTime } from '#core/time/format.ts'
import type { OutputListener } from '#spec/press.ts'
import type { PressResult, TargetKind } from '#spec/run.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import type { Clock } from '#host/host.ts'
import type { RunSource, RunStart } from './runs.ts'

export interface Refusal {
  code: string
  message: string
  hint?: string
  spec?: unknown
}

export interface LiveRun {
  readonly runId: string
  readonly kind: TargetKind
  readonly name: string
  readonly source: RunSource
  readonly events: EventLog
  /** When it was announced, until it has started. */
  readonly sinceMs: number
  readonly state: 'waiting' | 'running' | 'ended'
  /** Aborts when it shall end: for the engine. */
  readonly signal: AbortSignal
  /** Aborts when it shall end without any grace. */
  readonly hurry: AbortSignal
  readonly onOutput: OutputListener
  /** Once it is known. */
  readonly progressPath: string | undefined
  cancel(hurry?: boolean): void
  /** It waits no longer. */
  start(): void
  writesProgress(path: string): void
  event(event: RunEventName, data: unknown): void
  finish(result: PressResult | DrawerResult): void
  /** It could not be started. */
  refuse(refusal: Refusal): void
  /** What kept it from starting. */
  readonly refusal: Refusal | undefined
  /** Calls back after every event and at the end; returns a function that stops it. */
  watch(listener: () => void): () => void
}

export function beginRun(
  { runId, kind, name, source }: RunStart,
  clock: Clock,
  onEnd: (run: LiveRun) => void,
): LiveRun {
  const events = openEventLog()
  const [stop, hurry] = [new AbortController(), new AbortController()]
  const watchers = new Set<() => void>()
  let state: LiveRun['state'] = 'waiting'
  let progressPath: string | undefined
  let refusal: Refusal | undefined
  const tell = () => {
    for (const watcher of watchers) watcher()
  }
  const append = (event: RunEventName, data: unknown, bytes: number) => {
    if (state === 'ended') return
    events.append(event, data, bytes)
    if (watchers.size > 0) tell()
  }
  const lines = splitLines((stream, text) =>
    append(stream, { ts: formatTime(clock.now()), text }, text.length),
  )
  const end = (event: 'result' | 'error', data: unknown, bytes: number) => {
    lines.flush()
    // Watchers see the last event and the end in one.
    if (state === 'ended') return
    events.append(event, data, bytes)
    state = 'ended'
    onEnd(run)
    tell()
  }
  const run: LiveRun = {
    runId,
    kind,
    name,
    source,
    events,
    sinceMs: clock.now(),
    get state() {
      return state
    },
    get progressPath() {
      return progressPath
    },
    get refusal() {
      return refusal
    },
    signal: stop.signal,
    hurry: hurry.signal,
    onOutput: lines.add,
    cancel: (atOnce = false) => {
      stop.abort()
      if (atOnce) hurry.abort()
    },
    start: () => {
      state = 'running'
      const started_at = formatTime(clock.now())
      append('started', { run_id: runId, target: `${kind}/${name}`, started_at }, 0)
    },
    writesProgress: (path) => {
      progressPath = path
      tell()
    },
    event: (event, data) => append(event, data, JSON.stringify(data).length),
    finish: (result) => end('result', result, sizeOf(result)),
    refuse: (error) => {
      refusal ??= error
      end('error', error, error.message.length)
    },
    watch: (listener) => {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
  }
  return run
}

/** Resolves when a run has ended, or the signal aborts. */
export function endOf(run: LiveRun, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (run.state !== 'ended' && !signal.aborted) return
      unwatch()
      signal.removeEventListener('abort', look)
      resolve()
    }
    const unwatch = run.watch(look)
    signal.addEventListener('abort', look)
    look()
  })
}

// About, and without making a text of it: results can be long.
function sizeOf(result: PressResult | DrawerResult): number {
  if ('stdout' in result) return result.stdout.length + result.stderr.length
  return JSON.stringify(result).length
}
