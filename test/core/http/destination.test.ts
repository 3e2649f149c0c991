import { expect, test } from 'bun:test'
import { findDestination } from '#core/http/destination.ts'

function summary(authority: string): string | undefined {
  const found = findDestination('https', authority)
  if (found === undefined) return undefined
  const { host, address, serverName, port } = found
  return [host, address ?? '-', serverName ?? '-', port, found.authority].join(' ')
}

// authority | host, address, server name, port, Host header
test.each([
  ['example.com', 'example.com - example.com 443 example.com'],
  ['example.com:443', 'example.com - example.com 443 example.com:443'],
  ['example.com:8080', 'example.com - example.com 8080 example.com:8080'],
  ['example.com:', 'example.com - example.com 443 example.com'],
  ['Example.COM', 'example.com - example.com 443 example.com'],
  ['example.com.', 'example.com. - example.com 443 example.com.'],
  ['my_host-1', 'my_host-1 - my_host-1 443 my_host-1'],
  ['bücher.de:1', 'xn--bcher-kva.de - xn--bcher-kva.de 1 xn--bcher-kva.de:1'],
  ['b%C3%BCcher.de', 'xn--bcher-kva.de - xn--bcher-kva.de 443 xn--bcher-kva.de'],
  ['8.8.8.8:80', '8.8.8.8 8.8.8.8 - 80 8.8.8.8:80'],
  ['2130706433', '2130706433 127.0.0.1 - 443 2130706433'],
  ['127.0.0.1.', '127.0.0.1. 127.0.0.1 - 443 127.0.0.1.'],
  ['１２７.0.0.1', '127.0.0.1 127.0.0.1 - 443 127.0.0.1'],
  ['[::1]:81', '::1 ::1 - 81 [::1]:81'],
  ['[0:0::FFFF:127.0.0.1]', '::ffff:7f00:1 ::ffff:7f00:1 - 443 [::ffff:7f00:1]'],
  ['[fe80::1%25eth0]', 'fe80::1 fe80::1%eth0 - 443 [fe80::1]'],
])('%s goes to %s', (authority, expected) => expect(summary(authority)).toBe(expected))

test('the port follows the scheme where none is written', () => {
  expect(findDestination('http', 'h')?.port).toBe(80)
})

test.each([
  [''],
  [':80'],
  ['h:0'],
  ['h:65536'],
  ['h:123456'],
  ['h:x'],
  ['h:-1'],
  ['h:80:80'],
  ['::1'],
  ['[::1'],
  ['[]'],
  ['[127.0.0.1]'],
  ['[::1]x'],
  ['[h]'],
  ['a b'],
  ['a@b'],
  ['a\\b'],
  ['{{h}}'],
  ['*'],
  ['a%41.de'],
  ['%31%32%37.0.0.1'],
  ['a%zz.de'],
  ['a%'],
  ['%ff.de'],
  ['a／b.de'],
  ['1.2.3.256'],
  ['08.1.1.1'],
  ['xn--a'],
])('%j is no destination', (authority) => expect(summary(authority)).toBeUndefined())
