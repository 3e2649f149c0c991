// What the idempotency cache keeps for a key: the answer of the one press that used it
// (buttons.md 9 with D54). Entries of older programs lack `button` and `args_hash`.

import * as v from 'valibot'
import type { PressResult } from './run.ts'

export interface IdempotencyEntry {
  key: string
  stored_at: string
  expires_at: string
  button?: string
  /** SHA-256, hex, of the JSON of the arguments sorted by name. */
  args_hash?: string
  result: PressResult
}

const text = v.nullish(v.string())

/** The parts of an entry's file that decide about it; the rest of the result is taken as it is. */
export const idempotencyFileSchema = v.looseObject({
  key: v.string(),
  stored_at: text,
  expires_at: v.string(),
  button: text,
  args_hash: text,
  result: v.looseObject({
    status: v.string(),
    stdout: v.string(),
    exit_code: v.number(),
    button: text,
    args: v.nullish(v.record(v.string(), v.string())),
  }),
})
