// JSON values by hand: what is an object, and the order of keys on disk.

import { setField } from '../expr/output.ts'
import { compareText } from '../expr/textOrder.ts'

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy with sorted keys at every level; keys that look like numbers come first, as ever. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isObject(value)) return value
  const sorted: JsonObject = {}
  for (const key of Object.keys(value).sort(compareText))
    setField(sorted, key, sortKeys(value[key]))
  return sorted
}

/**
 * JSON with two-space indent and sorted keys at every level. Written by hand since objects of the
 * language keep keys like "10" in an order of their own.
 */
export function formatSorted(value: unknown, indent = ''): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    const items = value.map((item) => inner + formatSorted(item ?? null, inner))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  if (keys.length === 0) return '{}'
  const lines = keys
    .sort(compareText)
    .map((key) => `${inner}${JSON.stringify(key)}: ${formatSorted(value[key], inner)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}
