// Host names for webhooks.

import { expect, test } from 'bun:test'
import { checkHostname } from '#core/tunnel/hostname.ts'

test.each([
  ['webhooks.example.com', 'webhooks.example.com'],
  [' Hooks.Example.COM ', 'hooks.example.com'],
  ['hooks.example.co.uk', 'hooks.example.co.uk'],
])('%p is taken', (typed, hostname) => {
  expect(checkHostname(typed, false)).toEqual({ hostname, apex: false })
})

test.each([
  ['example.com', true],
  ['example.co.uk', true],
  ['localhost', false],
  ['', false],
  ['https://a.b.c', false],
  ['a.b.c/path', false],
  ['a.b.c:80', false],
  ['a..b.c', false],
  ['-a.b.c', false],
  ['192.0.2.1', false],
  [`${'a'.repeat(64)}.b.c`, false],
])('%p is refused, and the apex rule can be lifted: %p', (typed, liftable) => {
  expect(() => checkHostname(typed, false)).toThrow('Cannot use host name')
  if (liftable) expect(checkHostname(typed, true)).toEqual({ hostname: typed, apex: true })
  else expect(() => checkHostname(typed, true)).toThrow()
})
