// When a schedule fires next: on the wall clock of its zone, stepping absolute time. A wall time
// that does not exist (spring forward) is skipped that day; one that comes twice fires twice.

import type { CronField, Schedule } from './cron.ts'
import { zoneOffsetMs } from './zone.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000
/** Days looked ahead: five years, after which a schedule counts as one that never fires. */
const horizonDays = 5 * 366

/**
 * Epoch milliseconds of the first fire after `afterMs`, or undefined when there is none within five
 * years. `zone` is used when the schedule names none; undefined is the zone of the process.
 * For `@every`, `afterMs` is the fire before, or the start.
 */
export function nextFire(schedule: Schedule, afterMs: number, zone?: string): number | undefined {
  if (schedule.kind === 'every') return Math.floor(afterMs / 1000) * 1000 + schedule.everyMs
  const where = schedule.zone ?? zone
  // The local date as a UTC midnight: its UTC fields are the fields of the wall.
  const local = afterMs + zoneOffsetMs(where, afterMs)
  // From the day before: clocks that go back at midnight repeat a part of it.
  let date = Math.floor(local / dayMs) * dayMs - dayMs
  for (let days = 0; days <= horizonDays; days++, date += dayMs) {
    if (!matchesDate(schedule, new Date(date))) continue
    const fire = firstOfDay(schedule, date, afterMs, where)
    if (fire !== undefined) return fire
  }
  return undefined
}

type Fields = Extract<Schedule, { kind: 'fields' }>

// Either day field open: both must match. Both restricted: one match suffices.
function matchesDate({ day, month, weekday }: Fields, date: Date): boolean {
  if (!month.values.has(date.getUTCMonth() + 1)) return false
  const byDay = day.values.has(date.getUTCDate())
  const byWeekday = weekday.values.has(date.getUTCDay())
  return day.open || weekday.open ? byDay && byWeekday : byDay || byWeekday
}

function firstOfDay(
  schedule: Fields,
  date: number,
  afterMs: number,
  zone: string | undefined,
): number | undefined {
  const offsets = offsetsOfDay(date, zone)
  let first: number | undefined
  for (const time of timesOfDay(schedule.hour, schedule.minute)) {
    for (const offset of offsets) {
      const fire = date + time - offset
      if (fire <= afterMs || (first !== undefined && fire >= first)) continue
      // With more than one offset in a day, a wall time may exist in one of them only.
      if (offsets.length === 1 || zoneOffsetMs(zone, fire) === offset) first = fire
    }
    if (offsets.length === 1 && first !== undefined) return first
  }
  return first
}

function* timesOfDay(hour: CronField, minute: CronField): Generator<number> {
  const minutes = [...minute.values].sort((a, b) => a - b)
  for (const h of [...hour.values].sort((a, b) => a - b))
    for (const m of minutes) yield h * hourMs + m * minuteMs
}

// Every offset the zone has during a local day. Transitions are hours apart, so sampling by the
// hour, an hour beyond both ends, finds them all.
function offsetsOfDay(date: number, zone: string | undefined): number[] {
  const around = zoneOffsetMs(zone, date)
  const start = date - around - 2 * hourMs
  const end = start + dayMs + 4 * hourMs
  const first = zoneOffsetMs(zone, start)
  if (first === zoneOffsetMs(zone, end) && first === around) return [first]
  const offsets = new Set<number>()
  for (let at = start; at <= end; at += hourMs) offsets.add(zoneOffsetMs(zone, at))
  return [...offsets]
}
