// A pause: for a while, or until an instant. The deadline is kept with the run, so that a resumed
// wait ends when it would have ended (drawers.md 6.8).

import { findDurationNanoseconds } from '#core/time/duration.ts'
import { parseTimestamp } from '#core/expr/timestamp.ts'
import { resolveText } from '#core/expr/resolve.ts'
import { formatSecond } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import { type Act, cancelled, contextOf, done, type Outcome } from '../act.ts'
import { sleepUntil } from '../wait.ts'

export async function wait(act: Act): Promise<Outcome> {
  const { run, inside, signal, noted } = act
  const { clock } = run.tree.context
  const before = run.tree.past.findWait(inside)
  const startedMs = before?.at_ms ?? clock.now()
  const untilMs = before?.until_ms ?? deadlineOf(act, startedMs)
  if (!before) await run.emit({ type: 'wait.started', key: inside, until_ms: untilMs })
  await run.tree.rests.rest(sleepUntil(untilMs, clock, signal))
  const waitedMs = Math.max(0, clock.now() - startedMs)
  noted.duration_ms = waitedMs
  if (clock.now() < untilMs) return cancelled(act.step)
  return done({ waited_ms: waitedMs, until: formatSecond(untilMs) })
}

function deadlineOf(act: Act, nowMs: number): number {
  const { duration, until, id } = act.step
  if (duration) return nowMs + readDurationMs(resolveText(duration, contextOf(act)), id)
  if (until) return readInstantMs(resolveText(until, contextOf(act)), id)
  throw fail('VALIDATION_ERROR', `wait "${id}" has neither 'duration' nor 'until'`)
}

function readDurationMs(text: string, id: string): number {
  const nanoseconds = text.length > 200 ? undefined : findDurationNanoseconds(text)
  if (nanoseconds === undefined)
    throw fail('VALIDATION_ERROR', `'duration' of wait "${id}" cannot be read: "${clip(text)}"`, {
      hint: 'Write it like 90s, 1h30m or 500ms',
    })
  const ms = Math.ceil(Number(nanoseconds) / 1e6)
  // Beyond the year 9999 there is no instant to write down.
  return Math.min(Math.max(0, ms), mostMs)
}

const mostMs = 250_000_000_000_000

function readInstantMs(text: string, id: string): number {
  try {
    return Math.ceil(Number(parseTimestamp(text)) / 1e6)
  } catch {
    throw fail('VALIDATION_ERROR', `'until' of wait "${id}" is not an instant: "${clip(text)}"`, {
      hint: 'Write it like 2026-05-02T09:00:00Z',
    })
  }
}

function clip(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text
}
