import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { buttonFiles, drawerFiles, openRegistry } from '../helpers/registry.ts'

const registry = openRegistry()
registry.put('@acme/a', '1', buttonFiles('a', 'true\n', { requires: { '@acme/b': 'latest' } }))
registry.put('@acme/b', '1', buttonFiles('b'))
registry.put('@acme/flow', '1', drawerFiles('flow', ['b']))

async function homeWith(...names: string[]): Promise<Home> {
  const here = registry.use(emptyHome())
  for (const name of names) await buttons(`add ${name}`).in(here).expect({ data: {} })
  return here
}

const dependencies = (here: Home, file: string) =>
  Object.keys((JSON.parse(here.read(`data/${file}`)) as { dependencies: object }).dependencies)

test('a package goes from folder, manifest and lock; what it brought stays', async () => {
  const here = await homeWith('@acme/a')
  await buttons('press a').in(here).expect({ data: {} })
  await buttons('remove @acme/a@7')
    .in(here)
    .expect({ json: { ok: true, data: { name: '@acme/a', removed: ['@acme/a'] } } })
  expect(here.list('data/buttons')).toEqual(['b'])
  expect(here.list('data/buttons/b')).toContain('.buttons-install-state.json')
  expect(dependencies(here, 'buttons.json')).toEqual([])
  expect(dependencies(here, 'buttons-lock.json')).toEqual(['@acme/b'])
  await buttons('history a').in(here).expect({ data: [] })
  const { events } = JSON.parse(here.read('data/history.json')) as { events: object[] }
  expect(events.at(-1)).toMatchObject({
    action: 'remove',
    package_name: '@acme/a',
    installed: ['@acme/a'],
    dependencies: [{ name: '@acme/b' }],
  })
})

test('what another package needs keeps its files', async () => {
  const here = await homeWith('@acme/a', '@acme/b')
  await buttons('remove @acme/b')
    .in(here)
    .expect({ data: { removed: [], kept: ['@acme/b'] } })
  expect(here.list('data/buttons')).toEqual(['a', 'b'])
  expect(dependencies(here, 'buttons.json')).toEqual(['@acme/a'])
  expect(dependencies(here, 'buttons-lock.json')).toEqual(['@acme/a', '@acme/b'])
})

test('a drawer goes, its buttons stay', async () => {
  const here = await homeWith('@acme/flow')
  await buttons('remove @acme/flow')
    .in(here)
    .expect({ data: { removed: ['@acme/flow'] } })
  expect(here.list('data/drawers')).toEqual([])
  expect(here.list('data/buttons')).toEqual(['b'])
  expect(dependencies(here, 'buttons-lock.json')).toEqual(['@acme/b'])
})

test('a folder that no installer made stays', async () => {
  const here = await homeWith('@acme/b')
  rmSync(join(here.data, 'buttons/b/.buttons-install-state.json'))
  await buttons('remove @acme/b')
    .in(here)
    .expect({ data: { removed: [], kept: ['@acme/b'] } })
  expect(here.list('data/buttons')).toEqual(['b'])
  expect(dependencies(here, 'buttons-lock.json')).toEqual([])
})

test('a package that was never installed, or whose folder is gone, leaves the manifest', async () => {
  const here = await homeWith('@acme/b')
  rmSync(join(here.data, 'buttons/b'), { recursive: true })
  await buttons('remove @acme/b')
    .in(here)
    .expect({ json: { ok: true, data: { name: '@acme/b', removed: [] } } })
  here.write('data/buttons.json', '{"dependencies":{"@acme/never":"1"}}')
  await buttons('remove @acme/never')
    .in(here)
    .expect({ data: { removed: [] } })
  expect(dependencies(here, 'buttons.json')).toEqual([])
})

test.each([
  ['hello', 'buttons delete hello'],
  ['@acme', 'scoped like @desk/name'],
  ['@acme/none', 'is not a dependency'],
])('remove %s is refused', async (name, message) => {
  const here = await homeWith('@acme/b')
  await buttons(`remove ${name}`)
    .in(here)
    .expect({ error: { code: 'REMOVE_ERROR', message: expect.stringContaining(message) } })
})

test('what only came along is no dependency', async () => {
  await buttons('remove @acme/b')
    .in(await homeWith('@acme/a'))
    .expect({ error: { message: expect.stringContaining('is not a dependency') } })
})

test('without a manifest there is nothing to remove', async () => {
  await buttons('remove @acme/b')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: expect.stringContaining('nothing to remove') } })
})

test('--summary tells what would go', async () => {
  const here = await homeWith('@acme/b')
  await buttons('remove @acme/b --summary')
    .in(here)
    .expect({ data: { executed: false, would: { name: '@acme/b', removed: ['@acme/b'] } } })
  expect(here.list('data/buttons')).toEqual(['b'])
})

test('the shell completes what there is to remove', async () => {
  const here = await homeWith('@acme/b')
  await buttons('__complete', 'remove', '')
    .in(here)
    .expect({ stdout: '@acme/b\n:4\n', stderr: /./ })
})
