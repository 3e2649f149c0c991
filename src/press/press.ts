// The only way to press a button, whichever surface asks: prepare, look for an earlier answer,
// charge, take a slot, execute, record, keep the answer for its key.

import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { PressContext } from './context.ts'
import { execute } from './execute.ts'
import { claimKey, type KeyHold } from './idempotency.ts'
import { chargePress, type Prepared, preparePress, warnAbout, warnOfMissing } from './prepare.ts'
import { remember } from './remember.ts'
import { takeSlot } from './slot.ts'

/**
 * Presses a button and records it. A press that ran and failed is a result, not an error.
 * Throws what keeps a press from starting: NOT_FOUND, MISSING_ARG, VALIDATION_ERROR,
 * IDEMPOTENCY_KEY_REUSED, QUEUE_TIMEOUT, STORAGE_ERROR, and CANCELLED before it began.
 */
export async function press(request: PressRequest, context: PressContext): Promise<PressResult> {
  const prepared = await preparePress(request, context)
  warnAbout(prepared, context)
  if (!request.idempotencyKey) return pressNow(request, prepared, context)
  const hold = await claimKey(request.idempotencyKey, request, prepared.plan, context)
  try {
    return hold.earlier ?? (await pressNow(request, prepared, context, hold))
  } finally {
    hold.release()
  }
}

async function pressNow(
  request: PressRequest,
  prepared: Prepared,
  context: PressContext,
  hold?: KeyHold,
): Promise<PressResult> {
  const charged = await chargePress(prepared, context)
  warnOfMissing(charged, context)
  const place = await takeSlot(charged.plan, request.signal, context)
  try {
    if (request.signal?.aborted)
      throw fail('CANCELLED', `Cancelled "${charged.plan.button.name}" before it started`)
    const executed = await execute(request, charged, context, place)
    if (request.record !== false) await remember(executed, charged, context)
    if (executed.result.status === 'ok') await hold?.keep(executed.result, charged)
    return executed.result
  } finally {
    if (request.holdSlot && context.holdSlot) context.holdSlot(place)
    else place.release()
  }
}
