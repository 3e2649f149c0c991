// Which hosts are this machine itself, judged by the text alone: names are never resolved, since
// whoever owns a name can let it point here.

import { parseAddress } from '../http/address.ts'

/** `localhost`, 127.0.0.0/8 and ::1 in every spelling, IPv4-mapped ones included. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const bytes = parseAddress(host)?.bytes
  if (!bytes) return false
  if (bytes.length === 4) return bytes[0] === 127
  const mapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return bytes[12] === 127
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))
}

/** The host of a `Host` header or an authority, without its port and brackets, in lower case. */
export function hostnameOf(authority: string): string {
  const match = /^\[([^\]]*)\](?::\d*)?$/.exec(authority) ?? /^([^:]*)(?::\d*)?$/.exec(authority)
  return (match?.[1] ?? authority).toLowerCase().replace(/\.$/, '')
}

/** `host:port`, an IPv6 address in brackets. */
export function formatAuthority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
