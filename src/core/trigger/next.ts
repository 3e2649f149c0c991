// When schedules fire next.

import { parseCron } from '../time/cron.ts'
import { nextFire } from '../time/cronNext.ts'
import type { HostedTrigger } from './hosted.ts'

/**
 * Epoch milliseconds of the next fire after `afterMs`, without jitter; undefined for a trigger that
 * has no schedule, never fires, or is paused. `@every` counts from the last fire, else from now.
 */
export function findNextFire(
  { kind, settings }: HostedTrigger,
  afterMs: number,
  lastMs: number | undefined,
): number | undefined {
  if (kind !== 'cron' || settings.enabled === false) return undefined
  const schedule = parseCron(settings.schedule ?? '')
  if (schedule.kind !== 'every' || lastMs === undefined || lastMs > afterMs)
    return nextFire(schedule, afterMs, settings.timezone)
  const due = nextFire(schedule, lastMs)!
  // One that is overdue fires as soon as somebody is there, and then at its distance again.
  return due > afterMs ? due : nextFire(schedule, afterMs)
}

/** The next `count` fires of a trigger, in order. */
export function listNextFires(
  trigger: HostedTrigger,
  afterMs: number,
  lastMs: number | undefined,
  count: number,
): number[] {
  const fires: number[] = []
  for (let after = afterMs, last = lastMs; fires.length < count;) {
    const fire = findNextFire(trigger, after, last)
    if (fire === undefined) break
    fires.push(fire)
    after = last = fire
  }
  return fires
}
