// What the clock and the calendar show at a point in time: in UTC, at a fixed offset, or in a zone
// of the IANA database (through Intl, which is loaded only when a zone is named).

import { zoneOffsetMs } from '#core/time/zone.ts'
import { ExpressionError, wrong } from './errors.ts'
import { floorDivide, nanosecondsPerSecond } from './timestamp.ts'

export type TimeField =
  | 'getFullYear'
  | 'getMonth'
  | 'getDate'
  | 'getDayOfMonth'
  | 'getDayOfYear'
  | 'getDayOfWeek'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds'

/** One field of a timestamp, counted as the language does: months, days of year from 0. */
export function readTimeField(field: TimeField, nanoseconds: bigint, zone: string): number {
  const milliseconds = Number(floorDivide(nanoseconds, nanosecondsPerSecond / 1000n))
  return readers[field](new Date(milliseconds + findOffset(zone, milliseconds)))
}

/** The date is shifted so that its UTC fields show the local time. */
const readers: Record<TimeField, (local: Date) => number> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDate: (local) => local.getUTCDate(),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDayOfYear: dayOfYear,
  getDayOfWeek: (local) => local.getUTCDay(),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
}

function dayOfYear(local: Date): number {
  const newYear = new Date(local)
  newYear.setUTCMonth(0, 1)
  return Math.round((local.getTime() - newYear.getTime()) / 86_400_000)
}

/** How far the zone's clock is ahead of UTC at that moment, in milliseconds. */
function findOffset(zone: string, milliseconds: number): number {
  if (zone === '' || zone === 'UTC') return 0
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone)
  if (fixed === null) return zoneOffset(zone, milliseconds)
  const minutes = Number(fixed[2]) * 60 + Number(fixed[3])
  return minutes * (fixed[1] === '-' ? -60_000 : 60_000)
}

function zoneOffset(zone: string, milliseconds: number): number {
  try {
    return zoneOffsetMs(zone, milliseconds)
  } catch {
    throw unknownZone(zone)
  }
}

function unknownZone(zone: string): ExpressionError {
  return wrong(
    `unknown time zone ${JSON.stringify(zone.slice(0, 64))}`,
    'Use a name such as Europe/Berlin or an offset such as +02:00',
  )
}
