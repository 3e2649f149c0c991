// IP addresses in every spelling that a resolver or a URL parser accepts, and the ranges that HTTP
// buttons must not reach by default (buttons.md 6.8c, D27). Judged by bytes, never by text.

export interface Address {
  /** 4 or 16 bytes, in network order. */
  bytes: Uint8Array
  /** The interface of a link-local address: `eth0` in `fe80::1%eth0`. */
  zone?: string
}

/**
 * The address a text spells, or undefined when it is a name. Reads `127.1`, `0x7f.1`, `0177.0.0.1`,
 * `2130706433` and a trailing dot as the WHATWG URL standard does, and IPv6 with or without
 * brackets, with dotted tail and zone.
 */
export function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (bare.includes(':')) return parseIPv6(bare)
  const bytes = bare === text ? parseIPv4(text) : undefined
  return bytes && { bytes }
}

/** One to four numbers, the last one filling the bytes that are left. */
function parseIPv4(text: string): Uint8Array | undefined {
  const parts = text.replace(/\.$/, '').split('.')
  const numbers = parts.map(parseIPv4Number)
  const last = numbers.pop()
  if (last === undefined || numbers.length > 3) return undefined
  const bytes = new Uint8Array(4)
  for (const [at, number] of numbers.entries()) {
    if (number === undefined || number > 255) return undefined
    bytes[at] = number
  }
  if (last >= 256 ** (4 - numbers.length)) return undefined
  for (let at = 3, rest = last; at >= numbers.length; at--, rest = Math.floor(rest / 256))
    bytes[at] = rest % 256
  return bytes
}

function parseIPv4Number(text: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(text)) return Number.parseInt(text.slice(2) || '0', 16)
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8)
  return /^[1-9][0-9]*$/.test(text) ? Number(text) : undefined
}

function parseIPv6(text: string): Address | undefined {
  const [address = '', zone] = splitZone(text)
  if (zone !== undefined && !/^[A-Za-z0-9._~-]+$/.test(zone)) return undefined
  const halves = address.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves[1] === undefined ? [] : parseGroups(halves[1], true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  const bytes = Uint8Array.from([...head, ...Array<number>(missing).fill(0), ...tail])
  return zone === undefined ? { bytes } : { bytes, zone }
}

/** In a URL the zone follows `%25`, elsewhere `%` (RFC 6874). */
function splitZone(text: string): [string, string | undefined] {
  const at = text.indexOf('%')
  if (at < 0) return [text, undefined]
  return [text.slice(0, at), text.slice(at + (text.startsWith('%25', at) ? 3 : 1))]
}

/** The bytes of groups between colons; the last may be a dotted IPv4 address where that is allowed. */
function parseGroups(text: string, dottedEnd: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [at, group] of groups.entries()) {
    const dotted = dottedEnd && at === groups.length - 1 ? parseDotted(group) : undefined
    if (dotted) bytes.push(...dotted)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(...groupBytes(group))
    else return undefined
  }
  return bytes
}

function groupBytes(group: string): [number, number] {
  const number = Number.parseInt(group, 16)
  return [number >> 8, number & 0xff]
}

/** Inside IPv6 only four plain decimals count (RFC 4291, 2.2). */
function parseDotted(text: string): number[] | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** The usual spelling, IPv6 as in RFC 5952 but for dotted tails; the zone follows `%`. */
export function formatAddress({ bytes, zone }: Address): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  const text = shortenZeros(groups.map((group) => group.toString(16)).join(':'))
  return zone === undefined ? text : `${text}%${zone}`
}

function shortenZeros(text: string): string {
  let longest = { at: 0, run: '' }
  for (const match of text.matchAll(/\b0(?::0)+\b/g))
    if (match[0].length > longest.run.length) longest = { at: match.index, run: match[0] }
  const { at, run } = longest
  if (run === '') return text
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + run.length).replace(/^:/, '')}`
}

const blockedRanges = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const

/** Where IPv6 carries an IPv4 address, and at which byte: that address decides. */
const embeddings = [
  ['::ffff:0:0/96', 12], // IPv4-mapped
  ['::ffff:0:0:0/96', 12], // IPv4-translated
  ['::/96', 12], // IPv4-compatible
  ['64:ff9b::/96', 12], // NAT64
  ['2002::/16', 2], // 6to4
] as const

/** The private or reserved range an address lies in, like `10.0.0.0/8`, or undefined. */
export function findBlockedRange({ bytes }: Address): string | undefined {
  const blocked = blockedRanges.find((range) => isWithin(bytes, range))
  if (blocked !== undefined) return blocked
  const embedding = embeddings.find(([range]) => isWithin(bytes, range))
  if (embedding === undefined) return undefined
  const [, at] = embedding
  return findBlockedRange({ bytes: bytes.subarray(at, at + 4) })
}

function isWithin(bytes: Uint8Array, range: string): boolean {
  const [base = '', bits] = range.split('/')
  const start = parseAddress(base)!.bytes
  if (start.length !== bytes.length) return false
  return bytes.every((byte, at) => {
    const counted = Math.min(8, Math.max(0, Number(bits) - at * 8))
    return (byte ^ start[at]!) >> (8 - counted) === 0
  })
}
