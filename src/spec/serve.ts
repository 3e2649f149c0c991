// The settings of the host: every flag of `buttons serve`, each of which is an environment variable
// as well (`--max-presses` is BUTTONS_SERVE_MAX_PRESSES), and what the host says once it is up.

interface Described {
  description: string
  valueHint?: string
}

type Setting = Described &
  (
    | { kind: 'count'; default: number; least: number; most?: number }
    | { kind: 'size' | 'duration'; default: number }
    | { kind: 'flag' | 'text' | 'texts' }
    | { kind: 'word'; words: readonly string[]; default?: string }
  )

export const tunnelModes = ['quick', 'named', 'auto'] as const
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

const day = 24 * 3600 * 1000

/** Sizes in bytes, durations in milliseconds. */
export const serveSettings = {
  port: {
    kind: 'count',
    default: 8080,
    least: 0,
    most: 65_535,
    valueHint: 'port',
    description: 'Port to listen on; 0 for any free one',
  },
  host: { kind: 'text', valueHint: 'address', description: 'Address to bind (127.0.0.1)' },
  'api-key': {
    kind: 'text',
    valueHint: 'key',
    description: 'Key that callers of the API must give',
  },
  'allow-http-buttons': { kind: 'flag', description: 'Let callers press HTTP buttons' },
  'no-triggers': { kind: 'flag', description: 'No webhooks, no schedules, no watches' },
  'no-scheduler': { kind: 'flag', description: 'Webhooks, but no schedules and no watches' },
  resume: {
    kind: 'flag',
    description: 'Go on with interrupted runs of drawers that kept a journal',
  },
  tunnel: {
    kind: 'word',
    words: tunnelModes,
    valueHint: 'quick|named|auto',
    description: 'Make webhooks reachable through a tunnel',
  },
  'public-host': {
    kind: 'texts',
    valueHint: 'host',
    description: 'Host name under which strangers reach this host',
  },
  'expose-api': { kind: 'flag', description: 'Let public requests reach the API; needs a key' },
  'no-registry': { kind: 'flag', description: 'No registry, whatever the environment says' },
  'registry-origin': {
    kind: 'text',
    valueHint: 'url',
    description: 'Hand out the packages of this registry, and keep them',
  },
  'registry-publish': { kind: 'flag', description: 'Let versions be published to the origin' },
  'registry-local-desk': {
    kind: 'texts',
    valueHint: '@desk',
    description: 'Desk that never comes from the origin',
  },
  'registry-ttl': {
    kind: 'duration',
    default: 60_000,
    valueHint: 'duration',
    description: "How long the origin's index is believed (60s)",
  },
  'registry-cache-size': {
    kind: 'size',
    default: 2 * 1024 * 1024 * 1024,
    valueHint: 'size',
    description: 'What is kept of its packages (2GiB)',
  },
  'min-cli-version': {
    kind: 'text',
    valueHint: 'version',
    description: 'Least version of clients of the registry',
  },
  'expose-registry': {
    kind: 'flag',
    description: 'Let public requests reach the registry; needs a key of it',
  },
  'max-presses': {
    kind: 'count',
    default: 8,
    least: 1,
    valueHint: 'count',
    description: 'Presses at once through the API (8)',
  },
  'max-waiting': {
    kind: 'count',
    default: 1000,
    least: 0,
    valueHint: 'count',
    description: 'Presses that may wait for one of those places (1000)',
  },
  'max-runs': {
    kind: 'count',
    default: 16,
    least: 1,
    valueHint: 'count',
    description: 'Triggered runs at once (16)',
  },
  'max-readers': {
    kind: 'count',
    default: 64,
    least: 1,
    valueHint: 'count',
    description: 'Readers of events at once (64)',
  },
  'max-body': {
    kind: 'size',
    default: 1024 * 1024,
    valueHint: 'size',
    description: 'Largest body of an API request (1MiB)',
  },
  'max-webhook-body': {
    kind: 'size',
    default: 8 * 1024 * 1024,
    valueHint: 'size',
    description: 'Largest body of a webhook (8MiB)',
  },
  'inbox-max': {
    kind: 'count',
    default: 10_000,
    least: 1,
    valueHint: 'count',
    description: 'Deliveries that may wait (10000)',
  },
  'inbox-max-bytes': {
    kind: 'size',
    default: 1024 * 1024 * 1024,
    valueHint: 'size',
    description: 'Bytes of deliveries that may wait (1GiB)',
  },
  retain: {
    kind: 'duration',
    default: 7 * day,
    valueHint: 'duration',
    description: 'How long finished deliveries are kept (7d)',
  },
  'rate-limit': {
    kind: 'count',
    default: 0,
    least: 0,
    valueHint: 'count',
    description: 'Requests per minute and key; 0 for any number',
  },
  drain: {
    kind: 'duration',
    default: 30_000,
    valueHint: 'duration',
    description: 'How long running work may take when the host stops (30s)',
  },
  'log-level': {
    kind: 'word',
    words: logLevels,
    default: 'info',
    valueHint: 'level',
    description: 'debug, info, warn or error (info)',
  },
  registry: { kind: 'flag', description: 'Offer a registry of our own below /v1' },
  'registry-dir': {
    kind: 'text',
    valueHint: 'folder',
    description: 'Where the registry keeps what it has (registry/ in the data directory)',
  },
  'registry-url': {
    kind: 'texts',
    valueHint: 'url',
    description: 'Address by which clients know this registry, for signatures that name it',
  },
  'agent-domain': {
    kind: 'text',
    valueHint: 'domain',
    description: 'Domain below which agents that register get their names',
  },
  'agent-tunnels': {
    kind: 'flag',
    description: 'Make tunnels for agents by the API of Cloudflare (BUTTONS_CF_API_TOKEN)',
  },
  'private-agents': {
    kind: 'flag',
    description: 'Agents may be woken at private addresses',
  },
  socket: { kind: 'text', valueHint: 'path', description: 'Listen on a Unix socket instead' },
  'tls-cert': { kind: 'text', valueHint: 'file', description: 'Certificate chain, PEM' },
  'tls-key': { kind: 'text', valueHint: 'file', description: 'Its private key, PEM' },
} as const satisfies Record<string, Setting>

type Rows = typeof serveSettings
export type SettingName = keyof Rows
export type AnySetting = Setting

type Value<S> = S extends { kind: 'count' | 'size' | 'duration' }
  ? number
  : S extends { kind: 'flag' }
    ? boolean
    : S extends { kind: 'texts' }
      ? string[]
      : S extends { kind: 'word'; words: readonly (infer W)[]; default: string }
        ? W
        : S extends { kind: 'word'; words: readonly (infer W)[] }
          ? W | undefined
          : string | undefined

export type ServeSettings = { readonly [Name in SettingName]: Value<Rows[Name]> }

/** What `serve` prints once it listens (serve.md 2.4, 9.13). */
export interface ServeStarted {
  /** `127.0.0.1:8080`, `[::1]:8080`, or the path of a socket. */
  addr: string
  auth: boolean
  triggers_enabled: boolean
  webhook_routes: number
  endpoints: readonly string[]
  instance: string
  /** Where strangers reach the webhooks; '' when they cannot. */
  public_base: string
  routes: readonly PublishedRoute[]
  shadowed: readonly ShadowedRoute[]
  /** `active`, `standby`, `off` */
  scheduler: SchedulerState
}

export type SchedulerState = 'active' | 'standby' | 'off'

export interface PublishedRoute {
  path: string
  kind: 'drawer' | 'button'
  target: string
  auth_type: string
  url: string
}

/** A stored path that is not served, since another one comes first. */
export interface ShadowedRoute {
  path: string
  kind: 'drawer' | 'button'
  target: string
  why: string
}

/** The endpoints that every release of the product has; their list is part of the start-up data. */
export const classicEndpoints = [
  'GET /api/health',
  'GET /api/buttons',
  'GET /api/buttons/{name}',
  'POST /api/buttons/{name}/press',
  'GET /api/buttons/{name}/runs',
] as const
