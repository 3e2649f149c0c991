// Who may see what of the host (serve.md 9.3): strangers see webhooks only, and without a key a page
// in some browser must not be able to press buttons.

import type { ErrorCode } from '#spec/errors.ts'
import { hostnameOf, isLoopback } from './loopback.ts'

export interface Arrival {
  /** The `Host` header. */
  host: string
  /** Address of the peer; undefined over a socket file. */
  peer: string | undefined
  header(name: string): string | null
}

export interface Publicity {
  /** Host names under which strangers reach this host, lower-case, without port. */
  hosts: readonly string[]
  tunnelRunning: boolean
}

export interface Seen {
  surface: 'public' | 'private'
  /** The caller's address, for limits and audit; '' over a socket file. */
  client: string
}

/** Which surface a request reaches, and who sent it. */
export function seeCaller(arrival: Arrival, { hosts, tunnelRunning }: Publicity): Seen {
  const peer = arrival.peer ?? ''
  const relayed = tunnelRunning && isLoopback(peer) ? relayedFor(arrival) : undefined
  const named = hosts.length > 0 && hosts.includes(hostnameOf(arrival.host))
  return {
    surface: named || relayed !== undefined ? 'public' : 'private',
    client: relayed || peer,
  }
}

// '' when the tunnel does not say for whom.
function relayedFor({ header }: Arrival): string | undefined {
  return header('cf-connecting-ip') ?? (header('cf-ray') === null ? undefined : '')
}

/** Why a request for a host without a key is refused; undefined when it is fine. */
export function refuseForeign({ host, peer, header }: Arrival): ErrorCode | undefined {
  // Over a socket file the name means nothing, and no browser comes that way.
  if (peer !== undefined && !isLocalHost(host)) return 'HOST_NOT_ALLOWED'
  const origin = header('origin')
  if (origin !== null && !isLocalOrigin(origin)) return 'ORIGIN_NOT_ALLOWED'
  const site = header('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none'
    ? undefined
    : 'ORIGIN_NOT_ALLOWED'
}

// Most requests name the same host as the one before.
let before = { host: '', local: false }

function isLocalHost(host: string): boolean {
  if (before.host !== host) before = { host, local: isLoopback(hostnameOf(host)) }
  return before.local
}

function isLocalOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin)
  return match !== null && isLoopback(hostnameOf(match[1]!))
}
