// The only way to press a button, whichever surface asks: prepare, look for an earlier answer,
// charge, take a slot, execute, record, keep the answer for its key.

import { fail } from '#spec/errors.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { Slot } from '#store/store.ts'
import type { PressContext } from './context.ts'
import { execute } from './execute.ts'
import { type Held, holdRun, noteArgs } from './held.ts'
import type { KeyHold } from './idempotency.ts'
import { chargePress, type Prepared, preparePress, warnAbout, warnOfMissing } from './prepare.ts'
import { remember } from './remember.ts'
import type { Place } from './slot.ts'

/**
 * Presses a button and records it. A press that ran and failed is a result, not an error.
 * Throws what keeps a press from starting: NOT_FOUND, MISSING_ARG, VALIDATION_ERROR,
 * IDEMPOTENCY_KEY_REUSED, QUEUE_TIMEOUT, STORAGE_ERROR, and CANCELLED before it began.
 */
export async function press(request: PressRequest, context: PressContext): Promise<PressResult> {
  const prepared = await preparePress(request, context)
  warnAbout(prepared, context)
  // A drawer's step belongs to the run of the drawer.
  if (request.record === false) return pressOnce(request, prepared, context)
  const held = await holdRun(request, prepared, context)
  try {
    return await pressOnce(held.request, prepared, context, held)
  } finally {
    held.run.end()
  }
}

async function pressOnce(
  request: PressRequest,
  prepared: Prepared,
  context: PressContext,
  held?: Held,
): Promise<PressResult> {
  if (!request.idempotencyKey) return pressNow(request, prepared, context, held)
  // Keys and queues are loaded for the presses that have one.
  const { claimKey } = await import('./idempotency.ts')
  const hold = await claimKey(request.idempotencyKey, request, prepared.plan, context)
  try {
    return hold.earlier ?? (await pressNow(request, prepared, context, held, hold))
  } finally {
    hold.release()
  }
}

async function pressNow(
  request: PressRequest,
  prepared: Prepared,
  context: PressContext,
  held?: Held,
  hold?: KeyHold,
): Promise<PressResult> {
  const charged = await chargePress(prepared, context)
  warnOfMissing(charged, context)
  if (held) noteArgs(held, charged)
  const place = await takePlace(charged.plan, request, context)
  let turn: Slot | undefined
  try {
    turn = await context.takeTurn?.()
    if (request.signal?.aborted)
      throw fail('CANCELLED', `Cancelled "${charged.plan.button.name}" before it started`)
    const executed = await execute(request, charged, context, place)
    if (held) await remember(executed, charged, context, { ...held, request })
    if (executed.result.status === 'ok') await hold?.keep(executed.result, charged)
    return executed.result
  } finally {
    turn?.release()
    if (request.holdSlot && context.holdSlot) context.holdSlot(place)
    else place.release()
  }
}

async function takePlace(
  plan: PressPlan,
  { signal, onQueue }: PressRequest,
  context: PressContext,
): Promise<Place> {
  if (!plan.queue) return { release: () => {} }
  const { takeSlot } = await import('./slot.ts')
  return takeSlot(plan, plan.queue, signal, context, onQueue)
}
