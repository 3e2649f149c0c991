// Waking a host (serve.md 6, 10.8): who may, and how many updates that makes.

import { expect, test } from 'bun:test'
import { joinUpdates } from '#serve/wake.ts'
import { buttons } from '../helpers/buttons.ts'
import { buttonFiles, openRegistry } from '../helpers/registry.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { serveHome } from '../helpers/hosts.ts'

const event = JSON.stringify({ type: 'button.version_published' })

function homeWithToken(): Home {
  const home = emptyHome()
  home.write('data/batteries.json', JSON.stringify({ batteries: { WAKE_TOKEN: 'w' } }))
  return home
}

const wake = (token: string, body = event): RequestInit => ({
  method: 'POST',
  headers: { Authorization: token },
  body,
})

test('without a token nobody can wake the host', async () => {
  const host = await serveHome(emptyHome())
  expect((await host.ask('/wake', wake('Bearer '))).status).toBe(401)
  expect((await host.ask('/wake', wake('Bearer x'))).status).toBe(401)
})

test.each([
  ['the token', 'Bearer w', event, 202],
  ['the token, in another case of the scheme', 'bearer w', event, 202],
  ['no scheme', 'w', event, 401],
  ['another token', 'Bearer x', event, 401],
  ['three words', 'Bearer w w', event, 401],
  ['no JSON', 'Bearer w', 'x', 400],
  ['no object', 'Bearer w', '1', 400],
  ['too much', 'Bearer w', `"${'x'.repeat(65_536)}"`, 400],
  ['another event', 'Bearer w', '{"type":"other"}', 202],
])('%s', async (_, token, body, status) => {
  const host = await serveHome(homeWithToken())
  const asked = await host.ask('/wake', wake(token, body))
  expect([asked.status, asked.text]).toEqual([status, ''])
})

test('a wake updates with the keys of the host, which nothing it presses can see', async () => {
  const registry = openRegistry()
  registry.put('@d/hello', '1', buttonFiles('hello', 'echo 1\n'))
  const home = registry.use(homeWithToken())
  await buttons('add @d/hello').in(home).expect({ data: {} })
  registry.put('@d/hello', '2', buttonFiles('hello', 'echo "2 $BUTTONS_BAT_REGISTRY_KEY"\n'))
  const host = await serveHome(home)
  expect((await host.ask('/wake', wake('Bearer w'))).status).toBe(202)
  expect((await host.press('hello')).body.data.stdout).toBe('2 \n')
})

test('only POST wakes', async () => {
  const host = await serveHome(homeWithToken())
  const asked = await host.ask('/wake')
  expect([asked.status, asked.text, asked.headers.get('allow')]).toEqual([405, '', 'POST'])
})

test('what comes during an update makes one more, for all who came', async () => {
  const gates: PromiseWithResolvers<void>[] = []
  const update = joinUpdates(() => {
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    return gate.promise
  })
  const first = update()
  const others = [update(), update(), update()]
  expect(gates).toHaveLength(1)
  gates[0]!.resolve()
  await first
  await new Promise((resolve) => setImmediate(resolve))
  expect(gates).toHaveLength(2)
  gates[1]!.resolve()
  await Promise.all(others)
  const later = update()
  expect(gates).toHaveLength(3)
  gates[2]!.resolve()
  await later
})

test('an update that failed does not keep the next one from running', async () => {
  let runs = 0
  const update = joinUpdates(async () => {
    if (++runs === 1) throw new Error('no network')
  })
  const first = update()
  const second = update()
  expect(first).rejects.toThrow('no network')
  await second
  expect(runs).toBe(2)
})
