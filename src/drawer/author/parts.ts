// Changes around the steps: stages, inputs, the webhook.

import { addInput, addStage, removeInput } from '#core/drawer/edit.ts'
import {
  findPathOwner,
  planWebhook,
  putWebhook,
  type WebhookRequest,
} from '#core/drawer/trigger.ts'
import { slug } from '#core/name/slug.ts'
import type { Trigger } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import { publicUrl } from './address.ts'
import type { AuthorContext } from './context.ts'
import { type Act, editDrawer } from './edit.ts'
import { getDrawer } from './find.ts'

export interface NewStage {
  id: string
  title?: string | undefined
  systemPrompt?: string | undefined
}

/** Throws DRAWER_KIND_MISMATCH or VALIDATION_ERROR. */
export function addOneStage(name: string, stage: NewStage, act: Act, context: AuthorContext) {
  return editDrawer(name, act, context, (file) => addStage(file, slug(name), stage))
}

/** Gives the name of the input. Throws DRAWER_KIND_MISMATCH or VALIDATION_ERROR. */
export function addOneInput(name: string, spec: string, act: Act, context: AuthorContext) {
  return editDrawer(name, act, context, (file) => addInput(file, slug(name), spec))
}

/** Throws NOT_FOUND. */
export function removeOneInput(name: string, input: string, act: Act, context: AuthorContext) {
  return editDrawer(name, act, context, (file) => removeInput(file, slug(name), input))
}

export interface SetWebhook {
  /** Slug of the drawer. */
  drawer: string
  trigger: Trigger & { path: string }
  /** '' without a named tunnel. */
  publicUrl: string
}

/**
 * Sets the one webhook of a drawer. Throws VALIDATION_ERROR, DRAWER_KIND_MISMATCH,
 * TRIGGER_PATH_RESERVED or TRIGGER_PATH_CONFLICT.
 */
export async function setWebhook(
  name: string,
  request: WebhookRequest,
  act: Act,
  context: AuthorContext,
): Promise<SetWebhook> {
  const { drawer } = await getDrawer(name, context.store)
  const trigger = planWebhook(drawer, request)
  await refuseTakenPath(trigger.path, drawer.name, context)
  await editDrawer(name, act, context, (file) => putWebhook(file, trigger))
  return { drawer: drawer.name, trigger, publicUrl: await publicUrl(trigger.path, context) }
}

async function refuseTakenPath(path: string, self: string, { store }: AuthorContext) {
  const { drawers } = await store.drawers.list()
  const drawer = findPathOwner(
    path,
    self,
    drawers.map((stored) => stored.drawer),
  )
  const { buttons } = await store.buttons.list()
  const button = buttons.find(({ button: { triggers } }) =>
    triggers?.some((trigger) => trigger.kind === 'webhook' && trigger.path === path),
  )?.button.name
  if (drawer === undefined && button === undefined) return
  const owner = drawer === undefined ? `button "${button}"` : `drawer "${drawer}"`
  throw fail('TRIGGER_PATH_CONFLICT', `Cannot use path "${path}": ${owner} has it already`)
}
