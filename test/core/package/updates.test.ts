import { expect, test } from 'bun:test'
import { asksForMore, compareSheets, makeSheet } from '#core/package/permissions.ts'
import {
  boundRegistrationMessage,
  packageMessage,
  registrationMessage,
  requestMessage,
} from '#core/package/signing.ts'
import { readSpecText } from '#core/package/spec.ts'
import {
  completeRow,
  listWanted,
  needsUpdate,
  planPassive,
  startRow,
} from '#core/package/updates.ts'
import type { LockEntry } from '#spec/package.ts'

const locked: LockEntry = {
  kind: 'button',
  requested: 'latest',
  version: '2',
  content_hash: 'c',
  installed_name: 'Hello',
  resolved_at: '2026-07-01T12:00:00Z',
}
const there = { missing: false, edited: false }
const latest = (version: string) => ({
  name: '@a/hello',
  kind: 'button' as const,
  version,
  tags: [],
  sha256: 'archive',
  content_hash: 'content',
  yanked: false,
  publisher_key: '',
  signature: '',
})

test('packages of the manifest and of the lock are looked at, by name', () => {
  const wanted = listWanted(
    { dependencies: { '@b/b': '3', '@a/a': 'latest' }, others: {} },
    { dependencies: { '@a/c': { ...locked, requested: '7' }, '@b/b': locked }, others: {} },
  )
  expect(wanted.map(({ name, requested }) => [name, requested])).toEqual([
    ['@a/a', 'latest'],
    ['@a/c', '7'],
    ['@b/b', '3'],
  ])
})

test.each([
  ['floating, an older version here', 'latest', locked, '3', true],
  ['floating, the newest here', 'latest', locked, '2', false],
  ['floating, a newer one here', 'latest', locked, '1', false],
  ['floating, not installed', 'latest', undefined, '1', true],
  ['pinned, an older version here', '2', locked, '3', false],
  ['pinned, not installed', '2', undefined, '3', false],
])('%s: an update or not', (_, requested, entry, newest, available) => {
  const wanted = { name: '@a/hello', requested, ...(entry && { locked: entry }) }
  const row = completeRow(
    startRow(wanted, { ...there, missing: !entry }),
    latest(newest),
    undefined,
  )
  expect(row.update_available).toBe(available)
  expect(needsUpdate(row)).toBe(available)
  expect(row.pinned ?? false).toBe(requested !== 'latest')
  expect(row.latest_version).toBe(newest)
})

test('a pinned package that is not installed is missing, and no update', () => {
  const row = startRow({ name: '@a/hello', requested: '2' }, { missing: true, edited: false })
  expect(row).toEqual({
    name: 'hello',
    kind: 'button',
    package_name: '@a/hello',
    requested: '2',
    pinned: true,
    missing: true,
    update_available: false,
  })
  expect(needsUpdate(row)).toBe(false)
})

test('a folder that is gone comes back with an update of the same version', () => {
  const wanted = { name: '@a/hello', requested: 'latest', locked }
  const row = completeRow(
    startRow(wanted, { missing: true, edited: false }),
    latest('2'),
    undefined,
  )
  expect(row).toMatchObject({ missing: true, update_available: false })
  expect(needsUpdate(row)).toBe(true)
})

test('an edited package is skipped with its reason', () => {
  const wanted = { name: '@a/hello', requested: 'latest', locked }
  const row = startRow(wanted, { missing: false, edited: true })
  expect(row).toMatchObject({ skipped: true, skip_reason: 'local files changed since install' })
  expect(needsUpdate(row)).toBe(false)
})

test('a row tells both hashes of the newest version, and that the one here was taken back', () => {
  const row = startRow({ name: '@a/hello', requested: 'latest', locked }, there)
  expect(completeRow(row, latest('3'), { ...latest('2'), yanked: true })).toMatchObject({
    current_hash: 'c',
    latest_hash: 'archive',
    latest_content_hash: 'content',
    yanked: true,
  })
})

const hour = 3600 * 1000

test.each([
  // packages, binary, forced, hours since the last check; packages and binary to update
  [false, false, false, undefined, undefined],
  [true, false, false, undefined, [true, false]],
  [true, false, false, 1, [true, false]],
  [true, true, true, 1, [true, true]],
  [false, false, true, 1, [false, true]],
  [true, true, false, 1, [true, false]],
  [false, true, false, 1, undefined],
  [true, true, false, 7, [true, true]],
  [false, true, false, 6, [false, true]],
  [false, true, false, undefined, [false, true]],
])(
  'passive: packages %p, binary %p, forced %p, %p h ago',
  (packages, binary, forced, hours, plan) => {
    const sinceCheckMs = hours === undefined ? undefined : hours * hour
    const found = planPassive({ packages, binary, forced, sinceCheckMs })
    expect(found && [found.packages, found.binary]).toEqual(plan)
  },
)

const spec = (file: object) => readSpecText('button', JSON.stringify(file))
const sheet = (file: object, version = '1') =>
  makeSheet({ name: '@a/x', desk: '@a', version, spec: spec(file) })

test('a sheet tells what a package can do', () => {
  const http = sheet({
    url: 'https://user@api.example.com:8443/x/{{id}}?y=1',
    headers: { A: '$ENV{TOKEN}' },
    requires_batteries: ['OTHER', 'TOKEN'],
    triggers: [
      { id: '1', kind: 'cron', schedule: '0 * * * *' },
      { id: '2', kind: 'webhook', path: '/hook' },
    ],
    requires: { '@b/y': 'latest' },
    allow_private_networks: true,
  })
  expect(http).toEqual({
    package: '@a/x',
    kind: 'button',
    version: '1',
    runtimes: ['http'],
    hosts: ['api.example.com:8443', 'private networks'],
    batteries: ['OTHER', 'TOKEN'],
    triggers: ['cron 0 * * * *', 'webhook /hook'],
    requires: ['@b/y'],
  })
  expect(sheet({ runtime: 'python' })).toMatchObject({ runtimes: ['python'], hosts: [] })
  expect(sheet({}).runtimes).toEqual(['shell'])
})

test('a sheet tells what changed since the version that is here', () => {
  const before = sheet({ requires_batteries: ['OLD', 'SAME'] })
  const after = sheet({ requires_batteries: ['SAME', 'NEW'], runtime: 'python' }, '2')
  const changed = compareSheets(after, before)
  expect(changed.changes).toEqual({
    from: '1',
    added: { runtimes: ['python'], batteries: ['NEW'] },
    removed: { runtimes: ['shell'], batteries: ['OLD'] },
  })
  expect(asksForMore(changed)).toBe(true)
  expect(asksForMore(compareSheets(sheet({}, '2'), before))).toBe(false)
  expect(asksForMore(compareSheets(after, undefined))).toBe(true)
})

test('what is signed is one line after the other', () => {
  expect(packageMessage('@a/x', '3', 'abc')).toBe('buttons-package\n@a/x@3\nabc')
  const registration = { slug: 'my-desk', tunnelId: '', nonce: 'n' }
  expect(registrationMessage(registration)).toBe('buttons-agent-register\nmy-desk\n\nn')
  const bound = { ...registration, origin: 'https://r', deviceId: 'd', agentId: '', principal: 'p' }
  expect(boundRegistrationMessage(bound)).toBe(
    'buttons-agent-register/2\nhttps://r\nd\nmy-desk\n\nn\n\np',
  )
  const proof = { method: 'GET', path: '/v1/index', bodyHash: 'h', timestamp: 7, nonce: 'n' }
  expect(requestMessage(proof)).toBe('buttons-request\nGET\n/v1/index\nh\n7\nn')
})

test('no part of a message may bring lines of its own', () => {
  expect(() => registrationMessage({ slug: 'a\nb', tunnelId: '', nonce: 'n' })).toThrow('control')
  expect(() => registrationMessage({ slug: 'a', tunnelId: '', nonce: 'n\u0000' })).toThrow(
    'control',
  )
})
