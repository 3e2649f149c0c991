// Reading JSON text without an exception, and without its words in the reason.

import { limits } from '#spec/limits.ts'
import { isWithinDepth } from './depth.ts'

export type ReadResult<T> = { ok: true; value: T } | { ok: false; why: string }

/** JSON.parse with the reason as a result; takes nothing that could not be written again. */
export function parseJson(text: string): ReadResult<unknown> {
  try {
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
    // Every level takes two characters, so a short text needs no second look.
    if (text.length > 2 * limits.jsonDepth && !isWithinDepth(value, limits.jsonDepth))
      return { ok: false, why: `it is nested more than ${limits.jsonDepth} levels deep` }
    return { ok: true, value }
  } catch (error) {
    // The word it stumbled over may be a secret that lost its quotes.
    const reason = (error as Error).message.replaceAll(/ "[^"]*"/g, '')
    return { ok: false, why: `it is not valid JSON (${reason})` }
  }
}
