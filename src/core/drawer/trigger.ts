// The webhook trigger of a drawer: what may be asked for, where it is stored, who has which path
// (drawers.md 3.7, serve.md 9.2).

import type { Drawer, Trigger } from '#spec/drawer.ts'
import { checkWebhookPath } from '../webhook/path.ts'
import { type AuthRequest, planAuth } from '../webhook/plan.ts'
import { type JsonObject, isObject } from './json.ts'
import { requireAction } from './refuse.ts'

export interface WebhookRequest extends AuthRequest {
  path?: string | undefined
}

/** The trigger that a request asks for. Throws VALIDATION_ERROR or TRIGGER_PATH_RESERVED. */
export function planWebhook(drawer: Drawer, request: WebhookRequest): Trigger & { path: string } {
  requireAction(drawer, `Cannot set a webhook for "${drawer.name}"`)
  const typed = request.path || drawer.name
  const path = checkWebhookPath(typed.startsWith('/') ? typed : `/${typed}`)
  const auth = planAuth(request)
  return { kind: 'webhook', path, ...(auth && { auth }) }
}

/** Puts the trigger where the first webhook trigger stood; other kinds stay. */
export function putWebhook(file: JsonObject, trigger: Trigger): void {
  const present = Array.isArray(file['triggers']) ? file['triggers'].filter(isObject) : []
  const at = present.findIndex(isWebhook)
  const others = present.filter((other) => !isWebhook(other))
  file['triggers'] = others.toSpliced(at < 0 ? others.length : at, 0, { ...trigger })
}

function isWebhook(trigger: JsonObject): boolean {
  return trigger['kind'] === 'webhook'
}

/** The first webhook trigger with a path, which gives the drawer its address. */
export function findWebhook(
  drawer: Pick<Drawer, 'triggers'>,
): (Trigger & { path: string }) | undefined {
  return drawer.triggers?.find(
    (trigger): trigger is Trigger & { path: string } =>
      trigger.kind === 'webhook' && !!trigger.path,
  )
}

/** Which other drawer answers at a path already, or undefined. */
export function findPathOwner(
  path: string,
  self: string,
  drawers: readonly Drawer[],
): string | undefined {
  return drawers.find(
    (other) =>
      other.name !== self &&
      other.triggers?.some((trigger) => trigger.kind === 'webhook' && trigger.path === path),
  )?.name
}

/** What a hook finds in `inputs.webhook`, one line per part, for people and agents. */
export const webhookInputShape = [
  '${inputs.webhook.body} the parsed JSON body, else its text, null when empty',
  '${inputs.webhook.body.<field>} a field of a JSON body',
  '${inputs.webhook.headers.<Header>} the first value of a header, letter case does not matter',
  '${inputs.webhook.query.<param>} the first value of a query parameter',
  '${inputs.webhook.method} the HTTP method',
  '${inputs.webhook.path} the path that was called',
  '${inputs.webhook.received_at} when it arrived, RFC 3339',
]
