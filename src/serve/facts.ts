// What is known about a request before any route sees it.

import { seeCaller } from '#core/serve/guard.ts'
import { canonicalPath, decodedPath, queryOf } from '#core/serve/path.ts'
import type { HttpPeer } from '#host/host.ts'
import type { Hosting } from './hosting.ts'

export interface Facts {
  /** Reused from the request or minted; goes into the answer, logs and audit. */
  readonly requestId: string
  /** The path in one spelling, for the router (core/serve/path.ts); '' when it is broken. */
  readonly canonicalPath: string
  /** The path, percent-decoded: what webhook paths are compared with. */
  readonly path: string
  /** Read when it is first asked for. */
  readonly query: URLSearchParams
  /** Address of the caller: the peer, or what the tunnel says of it. '' over a socket file. */
  readonly client: string
  readonly surface: 'public' | 'private'
  readonly peer: HttpPeer
  /** `anonymous`, or `key:` with the beginning of the key's hash once it was given. */
  actor: string
  /** `/api/buttons/{name}/press`: what metrics are counted under. */
  route: string
  /** Headers that the answer gets besides its own. */
  headers?: Readonly<Record<string, string>>
  /** The run this request started, for log and audit. */
  runId?: string
}

export function collectFacts(request: Request, peer: HttpPeer, hosting: Hosting): Facts {
  const { headers, url } = request
  const { publicHosts, tunnelRunning } = hosting.parts.status()
  const arrival = {
    host: headers.get('host') ?? '',
    peer: peer.address,
    header: (name: string) => headers.get(name),
  }
  const path = canonicalPath(url) ?? ''
  let query: URLSearchParams | undefined
  return {
    requestId: requestIdOf(headers, hosting),
    canonicalPath: path,
    path: decodedPath(path),
    get query() {
      return (query ??= new URLSearchParams(queryOf(url)))
    },
    ...seeCaller(arrival, { hosts: [...hosting.publicHosts, ...publicHosts], tunnelRunning }),
    peer,
    actor: 'anonymous',
    route: 'none',
  }
}

function requestIdOf(headers: Headers, { machine }: Hosting): string {
  const given = headers.get('x-request-id')
  if (given !== null && /^[A-Za-z0-9._-]{1,64}$/.test(given)) return given
  return Buffer.from(machine.random.bytes(8)).toString('hex')
}
