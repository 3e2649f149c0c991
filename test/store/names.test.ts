// Buttons, drawers and apps share their names. The engines look before they make something; between
// the look and the making somebody else may have come, so the store itself decides.

import { expect, test } from 'bun:test'
import { openBunHost } from '../../src/host/bun.ts'
import { openFileStore } from '../../src/store/files/store.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyHome } from '../helpers/home.ts'

async function emptyStore(): Promise<Store> {
  const home = emptyHome()
  const store = openFileStore({ ...openBunHost(), env: home.env, cwd: home.cwd })
  await store.prepare()
  return store
}

const file = (path: string, name: string) => [
  { path, content: JSON.stringify({ schema_version: 2, name, steps: [] }), mode: 0o600 },
]

const makers: Readonly<Record<string, (store: Store, name: string) => Promise<unknown>>> = {
  button: (store, name) => store.buttons.create(name, file('button.json', name)),
  drawer: (store, name) => store.drawers.create(name, file('drawer.json', name)),
  app: (store, name) => store.apps.create(name, async () => {}),
}

test.each([
  ['drawer', 'button'],
  ['app', 'button'],
  ['button', 'drawer'],
  ['button', 'app'],
  ['drawer', 'app'],
] as const)('%s, then %s: the name is taken', async (first, second) => {
  const store = await emptyStore()
  await makers[first]!(store, 'deploy')
  await expect(makers[second]!(store, 'deploy')).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    message: expect.stringMatching(new RegExp(`"deploy".* already exists as an? ${first}`)),
  })
  await makers[second]!(store, 'other')
})

test('a drawer is not renamed to what a button is called meanwhile', async () => {
  const store = await emptyStore()
  await makers['drawer']!(store, 'flow')
  await makers['button']!(store, 'deploy')
  await expect(store.drawers.rename('flow', 'deploy', () => false)).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    message: expect.stringContaining('already exists as a button'),
  })
  expect(await store.drawers.names()).toEqual(['flow'])
})
