// The functions of the language: one row each, with the forms in which it may be called. What is
// not in this table does not exist; there is no clock and no randomness on purpose.

import { type Budget, spend, spendText } from './budget.ts'
import { type Conversion, convert } from './conversions.ts'
import { wrong } from './errors.ts'
import { type AnyMap, sizeOf } from './maps.ts'
import { matchText } from './pattern.ts'
import { nanosecondsPerSecond } from './timestamp.ts'
import { type Value, describe, is, typeOf, typeValue } from './values.ts'
import { type TimeField, readTimeField } from './zone.ts'

interface Row {
  /** How many arguments `name(…)` takes; undefined when there is no such form. */
  readonly global?: readonly number[]
  /** How many arguments `x.name(…)` takes beside x. */
  readonly method?: readonly number[]
  /** For a method, x is the first argument. */
  readonly run: (values: readonly Value[], budget: Budget) => Value
}

/** The function of a name and a form, or undefined. */
export function findFunction(name: string, form: 'global' | 'method', count: number) {
  const row: Row | undefined = Object.hasOwn(functions, name)
    ? functions[name as keyof typeof functions]
    : undefined
  return row?.[form]?.includes(count) ? row.run : undefined
}

/** Why `findFunction` found nothing. */
export function describeMissing(name: string, form: 'global' | 'method', count: number): string {
  const row: Row | undefined = Object.hasOwn(functions, name)
    ? functions[name as keyof typeof functions]
    : undefined
  if (row === undefined) return `unknown function ${name}()`
  if (row[form] === undefined)
    return form === 'global'
      ? `${name}() is called as x.${name}()`
      : `${name}() is called as ${name}(x)`
  return `${name}() does not take ${count} argument${count === 1 ? '' : 's'}`
}

const conversion = (target: Conversion): Row => ({
  global: [1],
  run: ([value], budget) => convert(target, value!, budget),
})

const textPredicate = (holds: (text: string, part: string) => boolean): Row => ({
  method: [1],
  run: ([text, part], budget) => {
    const [whole, piece] = [needText(text!), needText(part!)]
    spendText(budget, whole.length)
    return holds(whole, piece)
  },
})

const timeField = (field: TimeField): Row => ({
  method: [0, 1],
  run: ([value, zone], budget) => {
    if (is(value!, 'timestamp')) return readTimestamp(field, value.nanoseconds, zone, budget)
    const unit = durationUnits[field]
    if (is(value!, 'duration') && unit !== undefined && zone === undefined)
      return value.nanoseconds / unit
    throw wrong(`${field}() does not work on ${describe(value!)}`)
  },
})

const durationUnits: Partial<Record<TimeField, bigint>> = {
  getHours: 3600n * nanosecondsPerSecond,
  getMinutes: 60n * nanosecondsPerSecond,
  getSeconds: nanosecondsPerSecond,
  getMilliseconds: nanosecondsPerSecond / 1000n,
}

const functions = {
  size: { global: [1], method: [0], run: ([value], budget) => BigInt(measure(value!, budget)) },
  contains: textPredicate((text, part) => text.includes(part)),
  startsWith: textPredicate((text, part) => text.startsWith(part)),
  endsWith: textPredicate((text, part) => text.endsWith(part)),
  matches: {
    global: [2],
    method: [1],
    run: ([text, pattern], budget) => matchText(needText(text!), needText(pattern!), budget),
  },
  type: { global: [1], run: ([value]) => typeValue(value!) },
  dyn: { global: [1], run: ([value]) => value! },
  int: conversion('int'),
  uint: conversion('uint'),
  double: conversion('double'),
  string: conversion('string'),
  bool: conversion('bool'),
  bytes: conversion('bytes'),
  timestamp: conversion('timestamp'),
  duration: conversion('duration'),
  getFullYear: timeField('getFullYear'),
  getMonth: timeField('getMonth'),
  getDate: timeField('getDate'),
  getDayOfMonth: timeField('getDayOfMonth'),
  getDayOfYear: timeField('getDayOfYear'),
  getDayOfWeek: timeField('getDayOfWeek'),
  getHours: timeField('getHours'),
  getMinutes: timeField('getMinutes'),
  getSeconds: timeField('getSeconds'),
  getMilliseconds: timeField('getMilliseconds'),
} satisfies Record<string, Row>

function measure(value: Value, budget: Budget): number {
  if (typeof value === 'string') return countCharacters(value, budget)
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (typeOf(value) !== 'map') throw wrong(`${describe(value)} has no size`)
  const size = sizeOf(value as AnyMap)
  spend(budget, size)
  return size
}

/** Code points, not UTF-16 units: an emoji counts once. */
function countCharacters(text: string, budget: Budget): number {
  spendText(budget, text.length)
  let count = 0
  for (let i = 0; i < text.length; i++) {
    if ((text.codePointAt(i) ?? 0) > 0xffff) i++
    count++
  }
  return count
}

function readTimestamp(
  field: TimeField,
  nanoseconds: bigint,
  zone: Value | undefined,
  budget: Budget,
): bigint {
  // A zone by name costs far more than any other node.
  if (zone !== undefined) spend(budget, 100)
  return BigInt(readTimeField(field, nanoseconds, zone === undefined ? '' : needText(zone)))
}

function needText(value: Value): string {
  if (typeof value === 'string') return value
  throw wrong(`expected string, got ${describe(value)}`)
}
