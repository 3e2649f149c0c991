// The webhook trigger of a drawer: what may be asked for, where it is stored, who has which path
// (drawers.md 3.7, serve.md 9.2).

import {
  authTypes,
  type AuthType,
  type Drawer,
  jwtAlgorithms,
  type Trigger,
  type TriggerAuth,
} from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { type JsonObject, isObject } from './json.ts'
import { requireAction } from './refuse.ts'

export interface WebhookRequest {
  path?: string | undefined
  auth?: string | undefined
  user?: string | undefined
  password?: string | undefined
  headerName?: string | undefined
  headerValue?: string | undefined
  jwtSecret?: string | undefined
  jwtAlgorithm?: string | undefined
  jwtIssuer?: string | undefined
  jwtAudience?: string | undefined
}

/** The trigger that a request asks for. Throws VALIDATION_ERROR or TRIGGER_PATH_RESERVED. */
export function planWebhook(drawer: Drawer, request: WebhookRequest): Trigger & { path: string } {
  requireAction(drawer, `Cannot set a webhook for "${drawer.name}"`)
  const path = checkPath(request.path || drawer.name)
  const type = request.auth || 'none'
  if (!isAuthType(type))
    throw fail('VALIDATION_ERROR', `Cannot use auth "${type}": it must be one of ${authList}`)
  const auth = type === 'none' ? undefined : makers[type](request)
  return { kind: 'webhook', path, ...(auth && { auth }) }
}

const authList = authTypes.join(', ')

function isAuthType(word: string): word is AuthType {
  return (authTypes as readonly string[]).includes(word)
}

const reserved = ['/healthz', '/livez', '/readyz', '/metrics', '/wake', '/mcp']
const reservedBelow = ['/api/', '/v1/', '/.well-known/']

function checkPath(typed: string): string {
  const path = typed.startsWith('/') ? typed : `/${typed}`
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot use path "${path}": ${why}`)
  if (new TextEncoder().encode(path).length > limits.webhookPathBytes)
    throw refuse(`it is longer than ${limits.webhookPathBytes} bytes`)
  if (/[?#{}*\p{Cc}]/u.test(path)) throw refuse('it must not contain "?", "#", "{", "}" or "*"')
  const segments = path.slice(1).split('/')
  const inner = segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments
  if (inner.some((segment) => ['', '.', '..'].includes(segment)))
    throw refuse('it has an empty, "." or ".." part')
  if (reserved.includes(path) || reservedBelow.some((start) => path.startsWith(start)))
    throw fail('TRIGGER_PATH_RESERVED', `Cannot use path "${path}": the server needs it itself`)
  return path
}

const makers: Readonly<
  Record<Exclude<AuthType, 'none'>, (request: WebhookRequest) => TriggerAuth>
> = {
  basic: ({ user, password }) => ({
    type: 'basic',
    username: need('basic', '--auth-user', user),
    password: need('basic', '--auth-pass', password),
  }),
  header: ({ headerName, headerValue }) => ({
    type: 'header',
    header_name: need('header', '--auth-header-name', headerName),
    header_value: need('header', '--auth-header-value', headerValue),
  }),
  jwt: ({ jwtSecret, jwtAlgorithm, jwtIssuer, jwtAudience }) => ({
    type: 'jwt',
    jwt_secret: need('jwt', '--jwt-secret', jwtSecret),
    ...(jwtAlgorithm && { jwt_algorithm: checkAlgorithm(jwtAlgorithm) }),
    ...(jwtIssuer && { jwt_issuer: jwtIssuer }),
    ...(jwtAudience && { jwt_audience: jwtAudience }),
  }),
}

function need(type: string, flag: string, value: string | undefined): string {
  if (value) return value
  throw fail('VALIDATION_ERROR', `Cannot use auth "${type}": it needs ${flag}`)
}

function checkAlgorithm(word: string): string {
  if ((jwtAlgorithms as readonly string[]).includes(word)) return word
  const list = jwtAlgorithms.join(', ')
  throw fail('VALIDATION_ERROR', `Cannot use algorithm "${word}": it must be one of ${list}`)
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
