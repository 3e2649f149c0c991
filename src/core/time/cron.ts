// Schedules as cron writes them: five fields or a descriptor, an optional zone in front
// (serve.md 3.4). Reading them; when they fire next is in cronNext.ts.

import { fail, type Failure } from '#spec/errors.ts'
import { findDurationNanoseconds } from './duration.ts'
import { isZone } from './zone.ts'

export interface CronField {
  /** Allowed values. */
  values: ReadonlySet<number>
  /** One of the items is `*` or `?` with step 1. */
  open: boolean
}

export type Schedule =
  | { kind: 'every'; everyMs: number }
  | {
      kind: 'fields'
      /** The prefix of the text, else undefined: the caller's zone. */
      zone: string | undefined
      minute: CronField
      hour: CronField
      day: CronField
      month: CronField
      weekday: CronField
    }

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdayNames = 'sun mon tue wed thu fri sat'.split(' ')

/** Throws VALIDATION_ERROR with the reason and, where there is one, the way out. */
export function parseCron(text: string): Schedule {
  const { zone, rest } = splitZone(text)
  const every = /^@every\s+(\S+)$/.exec(rest)
  if (every) return { kind: 'every', everyMs: readEvery(text, every[1]!) }
  const expression = rest.startsWith('@') ? findDescriptor(text, rest) : rest
  const fields = expression.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== 5)
    throw refuse(
      text,
      `it must have 5 fields or be a word like @daily, got ${fields.length} fields`,
    )
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string]
  return {
    kind: 'fields',
    zone,
    minute: readField(text, 'minute', minute, 0, 59),
    hour: readField(text, 'hour', hour, 0, 23),
    day: readField(text, 'day of month', day, 1, 31),
    month: readField(text, 'month', month, 1, 12, monthNames, 1),
    weekday: readField(text, 'day of week', weekday, 0, 6, weekdayNames, 0),
  }
}

function splitZone(text: string): { zone: string | undefined; rest: string } {
  const prefix = /^(?:CRON_)?TZ=/.exec(text)?.[0]
  if (prefix === undefined) return { zone: undefined, rest: text.trim() }
  const end = text.search(/\s/)
  if (end < 0) throw refuse(text, 'nothing follows the time zone')
  const zone = text.slice(prefix.length, end)
  if (zone === '' || !isZone(zone)) throw refuse(text, `"${zone}" is no time zone`)
  return { zone, rest: text.slice(end).trim() }
}

// Whole seconds, at least one; a fraction is dropped.
function readEvery(text: string, duration: string): number {
  const nanoseconds = findDurationNanoseconds(duration)
  if (nanoseconds === undefined) throw refuse(text, `"${duration}" is no duration`)
  const seconds = nanoseconds / 1_000_000_000n
  return Number(seconds < 1n ? 1n : seconds) * 1000
}

function findDescriptor(text: string, word: string): string {
  const expression = Object.hasOwn(descriptors, word) ? descriptors[word] : undefined
  if (expression !== undefined) return expression
  throw refuse(text, `"${word}" is not one of ${Object.keys(descriptors).join(', ')}, @every`)
}

function readField(
  text: string,
  what: string,
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  firstName = 0,
): CronField {
  const values = new Set<number>()
  let open = false
  const number = (word: string) => {
    const named = names.indexOf(word.toLowerCase())
    if (named >= 0) return named + firstName
    const value = /^\d{1,9}$/.test(word) ? Number(word) : NaN
    if (value >= least && value <= most) return value
    const hint = what === 'day of week' && value === 7 ? '; use 0 for Sunday' : ''
    throw refuse(text, `"${word}" is no ${what} from ${least} to ${most}${hint}`)
  }
  for (const item of field.split(',').filter((part) => part !== '')) {
    const [range = '', step, ...more] = item.split('/')
    if (more.length > 0) throw refuse(text, `"${item}" has more than one step`)
    const size = readStep(text, item, step)
    const any = range === '*' || range === '?'
    if (any && size === 1) open = true
    const [from, to] = any
      ? [least, most]
      : readRange(text, range, step !== undefined, most, number)
    for (let value = from; value <= to; value += size) values.add(value)
  }
  if (values.size === 0) throw refuse(text, `the ${what} is empty`)
  return { values, open }
}

function readStep(text: string, item: string, step: string | undefined): number {
  if (step === undefined) return 1
  const size = /^\d{1,9}$/.test(step) ? Number(step) : 0
  if (size < 1) throw refuse(text, `the step of "${item}" must be a number from 1`)
  return size
}

function readRange(
  text: string,
  range: string,
  stepped: boolean,
  most: number,
  number: (word: string) => number,
): [number, number] {
  const [first = '', last, ...more] = range.split('-')
  if (more.length > 0) throw refuse(text, `"${range}" is no range`)
  const from = number(first)
  if (last === undefined) return [from, stepped ? most : from]
  const to = number(last)
  if (from > to) throw refuse(text, `the range "${range}" goes backwards`)
  return [from, to]
}

function refuse(text: string, why: string): Failure {
  return fail('VALIDATION_ERROR', `Cannot read "${text}" as a schedule: ${why}`, {
    hint: 'Write it like "*/5 * * * *", "@daily" or "@every 1h30m"',
  })
}
