import { expect, test } from 'bun:test'
import { findGuardProblem, networkSwitches } from '#core/http/guard.ts'

const toAllow =
  'to allow it set "allow_private_networks": true in the button or BUTTONS_ALLOW_PRIVATE_NETWORKS=1'

test.each([['0'], ['true'], ['yes'], ['YES'], ['on'], ['2'], [' 1 '], [''], [undefined]])(
  'the value %j of a switch allows nothing',
  (value) => {
    const env = { BUTTONS_ALLOW_PRIVATE_NETWORKS: value, BUTTONS_ALLOW_ANY_HOST: value }
    expect(networkSwitches(env)).toEqual({ allowAnyHost: false, allowPrivate: false })
  },
)

test('exactly 1 switches, each variable for itself', () => {
  expect(networkSwitches({ BUTTONS_ALLOW_PRIVATE_NETWORKS: '1' })).toEqual({
    allowAnyHost: false,
    allowPrivate: true,
  })
  expect(networkSwitches({ BUTTONS_ALLOW_ANY_HOST: '1' })).toEqual({
    allowAnyHost: true,
    allowPrivate: false,
  })
})

test('a problem names host, address, range and the two ways to allow it', () => {
  expect(findGuardProblem('db.example', ['8.8.8.8', '10.1.2.3'])).toBe(
    `SSRF blocked: db.example (10.1.2.3) is in a private or reserved network (10.0.0.0/8); ${toAllow}`,
  )
  expect(findGuardProblem('::1', ['::1'])).toBe(
    `SSRF blocked: ::1 is in a private or reserved network (::1/128); ${toAllow}`,
  )
})

test('public addresses are no problem', () => {
  expect(findGuardProblem('example.com', ['8.8.8.8', '2001:4860:4860::8888'])).toBeUndefined()
})

test('an answer that is no address is a problem', () => {
  expect(findGuardProblem('example.com', ['8.8.8.8', 'nonsense'])).toBe(
    'SSRF blocked: example.com is at "nonsense", which is no IP address',
  )
})
