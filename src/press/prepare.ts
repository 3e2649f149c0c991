// Before anything happens: which button is meant, whether it may be pressed this way, and what a
// press would do.

import type { HttpPlan } from '#core/http/plan.ts'
import { planPress } from '#core/press/plan.ts'
import { missingBatteries } from '#core/press/requires.ts'
import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail, Failure } from '#spec/errors.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import type { Store, StoredButton } from '#store/store.ts'
import type { PressContext } from './context.ts'

export interface Prepared {
  stored: StoredButton
  plan: PressPlan
}

export interface Charged extends Prepared {
  /** Values by key: global ones overlaid by local ones. */
  batteries: Readonly<Record<string, string>>
  /** For HTTP buttons: what to send, or why nothing must be sent. */
  http?: HttpPlan | Failure
}

/** Finds the button and decides everything. Throws NOT_FOUND, MISSING_ARG, VALIDATION_ERROR. */
export async function preparePress(
  request: PressRequest,
  { store, findButton = store.buttons.find }: PressContext,
): Promise<Prepared> {
  const stored = await findButton(request.name)
  if (!stored) throw await unknownButton(request.name, store)
  return { stored, plan: planPress(stored.button, request) }
}

/** Adds the batteries, and to the plan those that are missing. Throws STORAGE_ERROR. */
export async function chargePress(
  { stored, plan }: Prepared,
  { host, store, batteries: known }: PressContext,
): Promise<Charged> {
  const batteries = known ?? (await store.batteries.effective())
  const missing = missingBatteries(plan.button, batteries, host.env)
  const charged = { stored, plan: { ...plan, missingBatteries: missing }, batteries }
  if (plan.runtime !== 'http') return charged
  return (await import('./http/charge.ts')).chargeHttp(charged, host.env)
}

/**
 * What a press would do. Throws what keeps a press from starting, and VALIDATION_ERROR or
 * SCRIPT_ERROR for a request that it would not send.
 */
export async function previewPress(
  request: PressRequest,
  context: PressContext,
): Promise<PressPlan> {
  const { plan, http } = await chargePress(await preparePress(request, context), context)
  if (http instanceof Failure) throw http
  return plan
}

/** Remarks on what will be done all the same. */
export function warnAbout({ plan, stored }: Prepared, { warn }: PressContext): void {
  const { name } = plan.button
  if (stored.otherName !== undefined)
    warn(`button.json of "${name}" carries the name "${stored.otherName}"; the folder decides`)
  if (plan.undeclared.length > 0) warn(`"${name}" declares no argument ${quoted(plan.undeclared)}`)
  if (plan.queue?.absent)
    warn(
      `the queue key of "${name}" refers to ${quoted(plan.queue.absent)}, which was not given and counts as empty`,
    )
}

/** The remark on batteries that the button asks for in vain. */
export function warnOfMissing({ plan }: Charged, { warn }: PressContext): void {
  if (plan.missingBatteries.length > 0)
    warn(
      `"${plan.button.name}" requires batteries nobody has set: ${plan.missingBatteries.join(', ')}`,
    )
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

async function unknownButton(name: string, store: Store) {
  const what = `Cannot press "${name}"`
  if ((await store.buttons.findHomonym(name)) === 'app')
    return fail('VALIDATION_ERROR', `${what}: it is an app, which is served, not pressed`, {
      hint: `buttons serve ${slug(name)}`,
    })
  const near = suggest(slug(name), await store.buttons.names())
  return fail('NOT_FOUND', `${what}: no such button`, {
    hint: near
      ? `Did you mean "${near}"? buttons list --json shows all`
      : 'buttons list --json shows all buttons',
  })
}
