// What is known about a request before any route sees it.

import type { HttpPeer } from '#host/host.ts'

export interface Facts {
  /** Reused from the request or minted; goes into the answer, logs and audit. */
  readonly requestId: string
  /** The path, percent-decoded segment by segment. */
  readonly path: string
  readonly query: URLSearchParams
  /** Address of the caller: the peer, or what the tunnel says of it. '' over a socket file. */
  readonly client: string
  readonly surface: 'public' | 'private'
  /** `anonymous`, or `key:` with the beginning of the key's hash once it was given. */
  actor: string
  readonly peer: HttpPeer
  /** `/api/buttons/{name}/press`: what metrics are counted under. */
  route: string
  /** The run this request started, for log and audit. */
  runId?: string
}
