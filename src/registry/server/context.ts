// What the registry server is handed, what it is asked, and what it answers. HTTP itself is the
// business of whoever offers it.

import type { Endpoint } from '#core/registry/path.ts'
import type { Host } from '#host/host.ts'
import type { RegistryStore } from '#store/registry.ts'

export interface ServerContext {
  store: RegistryStore
  host: Pick<Host, 'clock' | 'random' | 'network'>
  settings: ServerSettings
  signatures: Signatures
  /** Makes tunnels for agents; absent: they bring their own. */
  tunnels?: AgentTunnels | undefined
  /** Counts a call of those that anybody may make; how long it is until the count begins anew. */
  countCall(client: string): { count: number; resetSeconds: number }
  /** Base URLs under which clients know us; those of requests prove nothing. */
  origins(): readonly string[]
  /** Something worth knowing for whoever runs this; no secrets. */
  note(message: string, facts: Readonly<Record<string, string>>): void
}

export interface ServerSettings {
  /** Only this machine can reach us: as long as there never was a key, none is asked for. */
  loopback: boolean
  /** '' without one. */
  minCliVersion: string
  /** Below which agents have their names; '' without one. */
  agentDomain: string
  /** Agents may live at private addresses. */
  privateAgents: boolean
}

/** What identity/ knows about Ed25519. */
export interface Signatures {
  verify(publicKey: string, message: string, signature: string): boolean
  isPublicKey(publicKey: string): boolean
}

/** Both acts throw TUNNEL_FAILED, and can be repeated. */
export interface AgentTunnels {
  /** Makes a tunnel, or finds the one of that name, with its host name pointed at it. */
  make(hostname: string, name: string): Promise<{ id: string; token: string }>
  point(hostname: string, tunnelId: string): Promise<'written' | 'unchanged'>
}

export interface RegistryCall {
  method: string
  /** As it was sent, escapes included. */
  path: string
  query: URLSearchParams
  header(name: string): string | undefined
  /** Throws BODY_TOO_LARGE, REQUEST_TIMEOUT or BAD_REQUEST. */
  readBody(maxBytes: number, withinMs?: number): Promise<Uint8Array>
  /** The body as it comes, instead of reading it whole. */
  stream(): ReadableStream<Uint8Array>
  /** Aborts when the caller has gone. */
  signal: AbortSignal
  /** Address of the caller. */
  client: string
  /** A stranger, or a page in a browser: open doors are not for them. */
  foreign: boolean
}

export interface RegistryAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body?: ReplyBody
  /** What was done, for log and audit. */
  act: Act
}

export interface Act {
  /** `/v1/index`: what metrics are counted under. */
  route: string
  /** `key:<8 hex>`, `device:<8 hex>`, `anonymous` */
  actor: string
  /** Absent for what changes nothing. */
  action?: 'publish' | 'yank' | 'enroll' | 'register' | 'login' | 'revoke'
  target?: string
  /** The code of a failure. */
  code?: string
  /** Who answered, when it was not this registry alone. */
  side?: 'proxy'
  /** Whether what was asked for was at hand, for metrics. */
  how?: 'hit' | 'miss' | 'stale'
}

/** What an endpoint answers. */
export interface Reply {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: ReplyBody
}

export type ReplyBody =
  string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>

/** An endpoint notes in `act` who asked and for what. */
export type Handler = (
  endpoint: Endpoint,
  call: RegistryCall,
  act: Act,
  context: ServerContext,
) => Promise<Reply>
