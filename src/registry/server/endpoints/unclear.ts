// Paths below `/v1/buttons/` that name no version.

import { fail } from '#spec/errors.ts'
import { authorize } from '../authorize.ts'
import type { Handler } from '../context.ts'

/** Whoever has no key does not even learn that. */
export function refuseUnclear(code: 'NOT_FOUND' | 'BAD_PATH'): Handler {
  return async (_, call, act, context) => {
    await authorize('read', call, act, context)
    throw fail(code, 'The path must be /v1/buttons/@desk/name/version')
  }
}
