// How far a run has got, step by step at every depth, without anything that steps were given or gave.

import type { RunEvent, Verdict } from '#spec/drawerEvents.ts'
import { formatTime } from '../../time/format.ts'

export interface StepProgress {
  /** Also that of a step in a loop or branch: `each[3].greet`. */
  key: string
  kind: string
  status: Verdict | 'running'
  started_at: string
  duration_ms?: number
  /** Only above 1. */
  attempts?: number
  /** Of a pause before the next attempt, or of a wait. */
  waits_until?: string
}

/** In the order in which they were started. */
export function progressOf(events: readonly RunEvent[]): StepProgress[] {
  const steps = new Map<string, StepProgress>()
  for (const event of events) {
    const step = steps.get(event.key)
    if (event.type === 'step.started') {
      const { key, kind, at_ms } = event
      steps.set(key, { key, kind, status: 'running', started_at: formatTime(at_ms) })
    } else if (step) follow(step, event)
  }
  return [...steps.values()]
}

function follow(step: StepProgress, event: RunEvent): void {
  if (event.type === 'wait.started') step.waits_until = formatTime(event.until_ms)
  if (event.type === 'attempt.failed') step.waits_until = formatTime(event.retry_at_ms)
  if (event.type === 'attempt.started') {
    step.attempts = event.attempt
    delete step.waits_until
  }
  if (event.type !== 'step.finished') return
  step.status = event.verdict
  step.duration_ms = event.record.duration_ms
  delete step.waits_until
}
