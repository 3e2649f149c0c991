import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findBlockedRange, formatAddress, parseAddress } from '#core/http/address.ts'

function normal(text: string): string | undefined {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1.', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['127.0.1', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['0X7F000001', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['017700000001', '127.0.0.1'],
  ['0x7f.0.0x0.01', '127.0.0.1'],
  ['1.65535', '1.0.255.255'],
  ['0', '0.0.0.0'],
  ['0x', '0.0.0.0'],
  ['4294967295', '255.255.255.255'],
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['::', '::'],
  ['1::', '1::'],
  ['2001:DB8::00a', '2001:db8::a'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['10:0:0:1:1:1:1:1', '10::1:1:1:1:1'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
  ['::ffff:7f00:1', '::ffff:7f00:1'],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['[fe80::1%25eth0]', 'fe80::1%eth0'],
])('%s is the address %s', (text, expected) => expect(normal(text)).toBe(expected))

test.each([
  [''],
  ['.'],
  ['localhost'],
  ['127.0.0.1..'],
  ['127..1'],
  ['.127.0.0.1'],
  ['1.2.3.4.5'],
  ['1.2.3.4.0'],
  ['256.0.0.1'],
  ['1.2.3.256'],
  ['1.2.65536'],
  ['4294967296'],
  ['08.0.0.1'],
  ['0x7g.1'],
  ['-1'],
  ['1e3'],
  [' 127.0.0.1'],
  ['127.0.0.1:80'],
  ['[127.0.0.1]'],
  ['１２７.0.0.1'],
  [':'],
  [':::'],
  ['1::2::3'],
  ['1:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7:8:9'],
  ['1:2:3:4:5:6:7:8::'],
  [':1:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7:'],
  ['12345::'],
  ['::g'],
  ['::1.2.3'],
  ['::1.2.3.256'],
  ['::01.2.3.4'],
  ['1.2.3.4::'],
  ['::1.2.3.4:5'],
  ['[::1'],
  ['::1]'],
  ['fe80::1%'],
  ['fe80::1%a/b'],
])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined())

test.each([
  ['127.0.0.1', '127.0.0.0/8'],
  ['127.255.255.254', '127.0.0.0/8'],
  ['10.0.0.1', '10.0.0.0/8'],
  ['10.255.255.255', '10.0.0.0/8'],
  ['172.16.0.1', '172.16.0.0/12'],
  ['172.31.255.255', '172.16.0.0/12'],
  ['192.168.0.1', '192.168.0.0/16'],
  ['192.168.255.255', '192.168.0.0/16'],
  ['169.254.169.254', '169.254.0.0/16'],
  ['100.64.0.1', '100.64.0.0/10'],
  ['100.127.255.255', '100.64.0.0/10'],
  ['0.0.0.0', '0.0.0.0/8'],
  ['192.0.0.8', '192.0.0.0/24'],
  ['192.0.2.1', '192.0.2.0/24'],
  ['198.19.255.255', '198.18.0.0/15'],
  ['198.51.100.7', '198.51.100.0/24'],
  ['203.0.113.7', '203.0.113.0/24'],
  ['239.255.255.255', '224.0.0.0/4'],
  ['255.255.255.255', '240.0.0.0/4'],
  ['2130706433', '127.0.0.0/8'],
  ['0x7f.1', '127.0.0.0/8'],
  ['0177.0.0.1', '127.0.0.0/8'],
  ['::', '::/128'],
  ['::1', '::1/128'],
  ['::2', '0.0.0.0/8'],
  ['::10.0.0.1', '10.0.0.0/8'],
  ['::ffff:127.0.0.1', '127.0.0.0/8'],
  ['::ffff:a9fe:a9fe', '169.254.0.0/16'],
  ['::ffff:0:10.0.0.1', '10.0.0.0/8'],
  ['64:ff9b::192.168.1.1', '192.168.0.0/16'],
  ['64:ff9b:1::1', '64:ff9b:1::/48'],
  ['2002:7f00:1::', '127.0.0.0/8'],
  ['2002:c0a8:101::1', '192.168.0.0/16'],
  ['100::1', '100::/64'],
  ['2001:db8::1', '2001:db8::/32'],
  ['fc00::1', 'fc00::/7'],
  ['fdff::1', 'fc00::/7'],
  ['fe80::1', 'fe80::/10'],
  ['fe80::1%eth0', 'fe80::/10'],
  ['febf::1', 'fe80::/10'],
  ['fec0::1', 'fec0::/10'],
  ['ff02::1', 'ff00::/8'],
])('%s is blocked as part of %s', (text, range) => {
  expect(findBlockedRange(parseAddress(text)!)).toBe(range)
})

test.each([
  ['8.8.8.8'],
  ['1.1.1.1'],
  ['142.250.80.46'],
  ['9.255.255.255'],
  ['11.0.0.0'],
  ['172.15.255.255'],
  ['172.32.0.1'],
  ['192.167.255.255'],
  ['192.169.0.0'],
  ['100.63.255.255'],
  ['100.128.0.0'],
  ['192.0.1.1'],
  ['198.17.255.255'],
  ['198.20.0.0'],
  ['223.255.255.255'],
  ['2001:4860:4860::8888'],
  ['::ffff:8.8.8.8'],
  ['64:ff9b::8.8.8.8'],
  ['2002:808:808::1'],
  ['100:0:0:1::'],
  ['fbff::1'],
  ['2001:db7::1'],
])('%s is not blocked', (text) => {
  expect(findBlockedRange(parseAddress(text)!)).toBeUndefined()
})

const anyBytes = fc.uint8Array({ minLength: 4, maxLength: 4 })

/** Every way to write four bytes that a resolver or a URL parser may understand. */
function spellings([a, b, c, d]: number[]): string[] {
  const whole = ((a! * 256 + b!) * 256 + c!) * 256 + d!
  const octal = (byte: number) => `0${byte.toString(8)}`
  return [
    `${a}.${b}.${c}.${d}`,
    `${a}.${b}.${c}.${d}.`,
    `${a}.${b}.${c! * 256 + d!}`,
    `${a}.${whole % 2 ** 24}`,
    `${whole}`,
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    `${octal(a!)}.${octal(b!)}.${octal(c!)}.${octal(d!)}`,
    `0x${a!.toString(16)}.0X${b!.toString(16).toUpperCase()}.${octal(c!)}.${d}`,
  ]
}

test('all spellings of an IPv4 address are judged alike, alone and inside IPv6', () => {
  const blockedOrNot = fc.oneof(
    anyBytes,
    anyBytes.map((bytes) => Uint8Array.of(10, ...bytes.subarray(1))),
  )
  fc.assert(
    fc.property(blockedOrNot, (array) => {
      const bytes = [...array]
      const dotted = bytes.join('.')
      const range = findBlockedRange(parseAddress(dotted)!)
      for (const text of spellings(bytes)) {
        expect(normal(text)).toBe(dotted)
        expect(new URL(`http://${text}/`).hostname).toBe(dotted)
      }
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
      const groups = `${hex.slice(0, 4)}:${hex.slice(4)}`
      for (const text of [`::ffff:${dotted}`, `0:0:0:0:0:FFFF:${groups}`, `[::ffff:${groups}]`])
        expect(findBlockedRange(parseAddress(text)!)).toBe(range)
      expect(findBlockedRange(parseAddress(`64:ff9b::${dotted}`)!)).toBe(range)
      expect(findBlockedRange(parseAddress(`2002:${groups}::1`)!)).toBe(range)
    }),
  )
})

test('an IPv6 address reads back from its usual spelling, as URL parsers write it', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const long = groups.map((number) => number.toString(16).padStart(4, '0')).join(':')
      const short = normal(long)!
      expect(normal(short)).toBe(short)
      expect(parseAddress(short)).toEqual(parseAddress(long))
      expect(new URL(`http://[${long}]/`).hostname).toBe(`[${short}]`)
    }),
  )
})

test('of any text the same is an address here as in a URL', () => {
  const numeric = fc.stringMatching(/^[0-9xa-fA-F.]{1,14}$/)
  fc.assert(
    fc.property(numeric, (text) => {
      const host = URL.parse(`http://${text}/`)?.hostname
      const known = host !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(host)
      expect(normal(text)).toBe(known ? host : undefined)
    }),
    { numRuns: 1000 },
  )
})

test('what is an IPv6 address here is the same one in a URL', () => {
  const part = fc.constantFrom(':', '::', '0', 'ff', 'a1b2', '1.2.3.4', '.', '00001')
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 16 }), (parts) => {
      const text = parts.join('')
      const here = text.includes(':') ? normal(text) : undefined
      // Not the other way round: the URL parser of the runtime also takes "[::a:]".
      if (here !== undefined) expect(URL.parse(`http://[${text}]/`)?.hostname).toBe(`[${here}]`)
    }),
    { numRuns: 2000 },
  )
})
