// Entries of the idempotency cache: reading them, and deciding whether one answers a press.

import * as v from 'valibot'
import { type IdempotencyEntry, idempotencyFileSchema } from '#spec/idempotency.ts'
import { parseJson } from '#core/text/json.ts'
import { findTime } from '#core/time/format.ts'
import { canonicalArgs } from './fingerprint.ts'

export type EntryReading =
  { state: 'live' | 'expired'; entry: IdempotencyEntry } | { state: 'unreadable' }

/** What the text of a cache file is worth at a given time. */
export function readEntry(text: string, nowMs: number): EntryReading {
  const entry = findEntry(text)
  const expiresMs = entry && findTime(entry.expires_at)
  if (entry === undefined || expiresMs === undefined) return { state: 'unreadable' }
  return { state: expiresMs > nowMs ? 'live' : 'expired', entry }
}

function findEntry(text: string): IdempotencyEntry | undefined {
  const json = parseJson(text)
  if (!json.ok) return undefined
  // The file's own object, not the parsed one: an answer keeps the order of its keys. Only `ok`
  // results are ever stored, whole, and what we decide by has been checked.
  return v.is(idempotencyFileSchema, json.value)
    ? (json.value as unknown as IdempotencyEntry)
    : undefined
}

export interface KeyUse {
  button: string
  args: Readonly<Record<string, string>>
  args_hash: string
}

/**
 * Whether an entry is the answer to this use of its key. Entries without `button` and `args_hash`
 * are judged by the result they hold (D54).
 */
export function answers(entry: IdempotencyEntry, use: KeyUse): boolean {
  if (entry.button && entry.args_hash)
    return entry.button === use.button && entry.args_hash === use.args_hash
  const { button, args } = entry.result
  return button === use.button && canonicalArgs(args ?? {}) === canonicalArgs(use.args)
}

/** Whether deleting a button makes an entry meaningless (D59). */
export function belongsTo(entry: IdempotencyEntry, button: string): boolean {
  return (entry.button ?? entry.result.button) === button
}
