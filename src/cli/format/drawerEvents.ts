// The events of a drawer's run as lines for people: what ended, what is tried again, what waits.
// Items of loops are left to their loop, which would otherwise fill the screen.

import type { RunEvent, StepFinished } from '#spec/drawerEvents.ts'
import { formatLocal } from './time.ts'

/** A line for an event, or undefined for those that nobody wants to read. */
export function eventLine(event: RunEvent): string | undefined {
  const indent = '  '.repeat(1 + event.key.split('/').length - 1)
  if (event.type === 'step.finished' && event.index !== undefined)
    return indent + finishedLine(event)
  if (event.type === 'attempt.failed') {
    const pauseMs = Math.max(0, event.retry_at_ms - event.at_ms)
    return `${indent}! ${event.key} failed (${event.error.code}), attempt ${event.attempt + 1} in ${pauseMs}ms`
  }
  if (event.type === 'wait.started' && event.until_ms - event.at_ms >= shownWaitMs)
    return `${indent}… ${event.key} waits until ${formatLocal(new Date(event.until_ms).toISOString())}`
  return undefined
}

const shownWaitMs = 1000

const marks = { ok: '✓', tolerated: '!', failed: '✗', refused: '✗', cancelled: '✗' } as const

function finishedLine({ record, verdict }: StepFinished): string {
  const { id, duration_ms, error, attempts } = record
  const tries = attempts === undefined ? '' : `, ${attempts} attempts`
  const why = error && verdict !== 'ok' ? `: ${firstLine(error.message)}` : ''
  return `${marks[verdict]} ${id} (${duration_ms}ms${tries})${why}`
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? ''
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
