// Points in time and lengths of time, to the nanosecond. Times lie in the years 1 to 9999 (RFC 3339
// has four digits), lengths within 64 bits of nanoseconds (about 292 years). Zones: zone.ts.

import { findDurationNanoseconds } from '#core/time/duration.ts'
import { wrong } from './errors.ts'

export const nanosecondsPerSecond = 1_000_000_000n
const nanosecondsPerMillisecond = 1_000_000n

const firstTimestamp = BigInt(utcMilliseconds(1, 1, 1)!) * nanosecondsPerMillisecond
const lastTimestamp =
  BigInt(utcMilliseconds(9999, 12, 31)! + 86_400_000) * nanosecondsPerMillisecond - 1n

/** Nanoseconds since 1970, or an error outside of the years 1 to 9999. */
export function checkTimestamp(nanoseconds: bigint): bigint {
  if (nanoseconds >= firstTimestamp && nanoseconds <= lastTimestamp) return nanoseconds
  throw wrong('the time is outside of the years 1 to 9999')
}

/** Nanoseconds, or an error when they do not fit into 64 bits. */
export function checkDuration(nanoseconds: bigint): bigint {
  if (nanoseconds >= -(2n ** 63n) && nanoseconds < 2n ** 63n) return nanoseconds
  throw wrong('the duration is longer than 292 years')
}

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:Z|([+-])(\d\d):(\d\d))$/

/** Nanoseconds since 1970 of an RFC 3339 text. */
export function parseTimestamp(text: string): bigint {
  const match = text.length > 64 ? null : rfc3339.exec(text)
  if (match === null) throw notATime(text)
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    match
  const date = utcMilliseconds(Number(year), Number(month), Number(day))
  const clock = [Number(hour), Number(minute), Number(second)] as const
  const offset = [Number(offsetHour ?? 0), Number(offsetMinute ?? 0)] as const
  if (date === undefined || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) throw notATime(text)
  if (offset[0] > 23 || offset[1] > 59) throw notATime(text)
  const east = (offset[0] * 60 + offset[1]) * (sign === '-' ? -60 : 60)
  const seconds = date / 1000 + clock[0] * 3600 + clock[1] * 60 + clock[2] - east
  const nanoseconds = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return checkTimestamp(BigInt(seconds) * nanosecondsPerSecond + nanoseconds)
}

function notATime(text: string): Error {
  return wrong(
    `${JSON.stringify(shorten(text))} is not a time`,
    'Write it like 2026-04-20T15:00:00Z',
  )
}

/** Milliseconds since 1970 of a date in UTC, or undefined when there is no such day. */
function utcMilliseconds(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

/** RFC 3339 in UTC, with as many digits of a second as it needs. */
export function formatTimestamp(nanoseconds: bigint): string {
  const seconds = floorDivide(nanoseconds, nanosecondsPerSecond)
  const rest = nanoseconds - seconds * nanosecondsPerSecond
  const date = new Date(Number(seconds) * 1000).toISOString()
  return `${date.slice(0, -5)}${formatFraction(rest)}Z`
}

/** Nanoseconds of a text such as `1h30m`. */
export function parseDuration(text: string): bigint {
  const nanoseconds = text.length > 200 ? undefined : findDurationNanoseconds(text)
  if (nanoseconds !== undefined) return nanoseconds
  throw wrong(
    `${JSON.stringify(shorten(text))} is not a duration`,
    'Write it like 90s, 1h30m or 500ms',
  )
}

/** Seconds: `5400s`, `1.5s`. */
export function formatDuration(nanoseconds: bigint): string {
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const rest = formatFraction(length % nanosecondsPerSecond)
  return `${nanoseconds < 0n ? '-' : ''}${length / nanosecondsPerSecond}${rest}s`
}

function formatFraction(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return ''
  return `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`
}

/** Division that rounds down, also below zero (before 1970). */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

function shorten(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text
}
