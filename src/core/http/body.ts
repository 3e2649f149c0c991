// The body of a request: its Content-Type decides how values are written into it (buttons.md 6.8a).

import { encoders, type Place } from './encode.ts'
import { findHeader, type Header } from './request.ts'
import { fill, type Values } from './template.ts'

const places: ReadonlyMap<string, Place> = new Map([
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['application/x-www-form-urlencoded', 'form'],
])

/** The body's bytes, or undefined when the button has none. */
export function planBody(
  template: string,
  headers: readonly Header[],
  values: Values,
): Uint8Array | undefined {
  if (template === '') return undefined
  const encode = encoders[findPlace(findHeader(headers, 'content-type'))]
  return new TextEncoder().encode(fill(template, values, encode))
}

function findPlace(contentType: string | undefined): Place {
  if (contentType === undefined) return 'json'
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  return places.get(type) ?? 'raw'
}
