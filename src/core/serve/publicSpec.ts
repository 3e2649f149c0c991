// A button's or drawer's spec as it may leave this machine: what could be a secret is masked, unless
// it only names one (serve.md D17).

import { redactedText } from '#spec/limits.ts'

/** Keys whose values are secrets wherever they stand in a spec. */
const secretKeys: ReadonlySet<string> = new Set([
  'token',
  'username',
  'password',
  'secret',
  'jwt_secret',
  'header_value',
])

/** Keys that hold a list or map of secrets. */
const secretMaps: ReadonlySet<string> = new Set(['headers', 'secrets'])

/** A copy of a spec without its secrets. */
export function publicSpec<T>(spec: T): T {
  return copy(spec, undefined) as T
}

function copy(value: unknown, key: string | undefined): unknown {
  if (key !== undefined && secretMaps.has(key)) return maskAll(value)
  if (key !== undefined && secretKeys.has(key)) return mask(value)
  if (Array.isArray(value)) return value.map((item) => copy(item, undefined))
  if (typeof value !== 'object' || value === null) return value
  return mapValues(value, (item, name) => copy(item, name))
}

function maskAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask)
  if (typeof value !== 'object' || value === null) return mask(value)
  return mapValues(value, mask)
}

function mask(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value
  return isReference(value) ? value : redactedText
}

/** `$ENV{NAME}` or `$BATTERY{NAME}` and nothing beside it. */
function isReference(text: string): boolean {
  return /^\$(?:ENV|BATTERY)\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(text)
}

function mapValues(value: object, change: (value: unknown, key: string) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]))
}
