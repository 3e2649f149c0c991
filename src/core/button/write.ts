// The text of a button.json: keys in the order of the contract, maps sorted, unknown keys kept.

import { buttonFileSchema } from '#spec/buttonFile.ts'
import { compareText } from '../expr/textOrder.ts'

const known = Object.keys(buttonFileSchema.entries)
const maps: ReadonlySet<string> = new Set(['headers', 'env', 'requires'])

/** Undefined members are left out; keys that nobody knows come last, in the order they had. */
export function formatButtonFile(file: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(orderButtonFile(file), null, 2)
}

export function orderButtonFile(file: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = [...known, ...Object.keys(file).filter((key) => !known.includes(key))]
  const entries = keys
    .filter((key) => Object.hasOwn(file, key) && file[key] !== undefined)
    .map((key) => [key, maps.has(key) ? sortMap(file[key]) : file[key]])
  return Object.fromEntries(entries) as Record<string, unknown>
}

function sortMap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return Object.fromEntries(entries)
}
