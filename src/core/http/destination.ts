// Where a request goes, read from the authority of a URL: the name to resolve or the address to
// connect to, the port, the Host header and the name that the certificate must carry.

import { formatAddress, parseAddress } from './address.ts'

export type Scheme = 'http' | 'https'

export interface Destination {
  scheme: Scheme
  /** ASCII, lower case, without brackets: what to resolve unless there is an address. */
  host: string
  /** The address the host spells, in its usual form: connect there, and resolve nothing. */
  address?: string
  /** For TLS: absent for addresses, which have no server name. */
  serverName?: string
  port: number
  /** The Host header: the port only when it was written. */
  authority: string
}

const defaultPorts: Readonly<Record<Scheme, number>> = { http: 80, https: 443 }

/** The destination of `host`, `host:port` or `[address]:port`, or undefined when it is none. */
export function findDestination(scheme: Scheme, authority: string): Destination | undefined {
  const match = /^(\[[^[\]]*\]|[^:[\]]+)(?::([0-9]{0,5}))?$/.exec(authority)
  if (match === null) return undefined
  const port = match[2] ? Number(match[2]) : defaultPorts[scheme]
  const host = match[1]!.startsWith('[') ? findBracketed(match[1]!) : findName(match[1]!)
  if (host === undefined || port < 1 || port > 65_535) return undefined
  return { scheme, port, ...host, authority: host.authority + (match[2] ? `:${match[2]}` : '') }
}

type Host = Pick<Destination, 'host' | 'address' | 'serverName' | 'authority'>

function findBracketed(text: string): Host | undefined {
  const address = text.includes(':') ? parseAddress(text) : undefined
  if (address === undefined) return undefined
  // A zone means something on this machine only and does not belong into the header (RFC 6874).
  const host = formatAddress({ bytes: address.bytes })
  return { host, address: formatAddress(address), authority: `[${host}]` }
}

function findName(text: string): Host | undefined {
  const host = /^[A-Za-z0-9._-]+$/.test(text) ? findPlain(text.toLowerCase()) : toAscii(text)
  if (host === undefined) return undefined
  const address = parseAddress(host)
  if (address) return { host, address: formatAddress(address), authority: host }
  return { host, serverName: host.replace(/\.$/, ''), authority: host }
}

/** Kept as written, but refused where the standard refuses it: broken punycode, `1.2.3.256`. */
function findPlain(name: string): string | undefined {
  return URL.canParse(`http://${name}/`) ? name : undefined
}

/**
 * Punycode of a name with non-ASCII characters, literal or escaped. Escaped ASCII is refused: it
 * could only hide something, and what was compared with the lock would not be what is resolved.
 */
function toAscii(name: string): string | undefined {
  if (!/^(?:[A-Za-z0-9._-]|[^\p{ASCII}]|%[89A-F][0-9A-F])+$/iu.test(name)) return undefined
  const url = URL.parse(`http://${name}/`)
  return url !== null && /^[a-z0-9._-]+$/.test(url.hostname) ? url.hostname : undefined
}
