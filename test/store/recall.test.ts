// What a long-lived process keeps in memory: never longer than the files look the same.

import { expect, test } from 'bun:test'
import { rmSync, utimesSync } from 'node:fs'
import { openBunHost } from '#host/bun.ts'
import { stores } from '#store/index.ts'
import { recallFiles } from '#store/files/recall.ts'
import { homeWith, type Home } from '../helpers/home.ts'

/** A store that keeps what it reads, over files written a while ago, and what it has read. */
function openRecalling(home: Home, laterMs = 60_000) {
  const real = openBunHost()
  const read: string[] = []
  const host = {
    ...real,
    env: home.env,
    cwd: home.cwd,
    clock: { ...real.clock, now: () => Date.now() + laterMs },
    files: {
      ...real.files,
      findText: (path: string) => {
        read.push(path.slice(home.data.length + 1))
        return real.files.findText(path)
      },
    },
  }
  return { store: recallFiles(stores.files(host), host), read }
}

const spec = 'data/buttons/hello/button.json'
const timeoutOf = async (store: ReturnType<typeof openRecalling>['store']) =>
  (await store.buttons.find('Hello'))?.button.timeout_seconds

function rewrite(home: Home, timeout: number) {
  home.write(
    spec,
    home.read(spec).replace(/"timeout_seconds": ?\d+/, `"timeout_seconds": ${timeout}`),
  )
}

test('a button is read once, and again when its spec has changed', async () => {
  const home = homeWith({ buttons: { hello: { code: 'echo hi', spec: { timeout_seconds: 11 } } } })
  const { store, read } = openRecalling(home)
  expect(await timeoutOf(store)).toBe(11)
  read.length = 0
  expect(await timeoutOf(store)).toBe(11)
  expect(read).toEqual([])
  rewrite(home, 12)
  expect(await timeoutOf(store)).toBe(12)
})

test('a spec that was written a moment ago is read again, since its time may not move on', async () => {
  const home = homeWith({ buttons: { hello: { code: 'echo hi', spec: { timeout_seconds: 11 } } } })
  const { store } = openRecalling(home, 0)
  const moment = new Date()
  utimesSync(`${home.root}/${spec}`, moment, moment)
  expect(await timeoutOf(store)).toBe(11)
  rewrite(home, 12)
  utimesSync(`${home.root}/${spec}`, moment, moment)
  expect(await timeoutOf(store)).toBe(12)
})

test('a button that was deleted is gone, and one that was made is there', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  const { store } = openRecalling(home)
  expect(await store.buttons.find('other')).toBeUndefined()
  expect(await timeoutOf(store)).toBeDefined()
  const text = home.read(spec)
  rmSync(`${home.data}/buttons/hello`, { recursive: true })
  expect(await store.buttons.find('hello')).toBeUndefined()
  home.write('data/buttons/other/button.json', text.replace('"hello"', '"other"'))
  expect((await store.buttons.find('other'))?.button.name).toBe('other')
})

test('instructions and batteries follow their files as well', async () => {
  const home = homeWith({ buttons: { hello: { code: 'echo hi', instructions: 'old' } } })
  const { store, read } = openRecalling(home)
  const instructions = async () => (await store.buttons.readInstructions('hello')).text
  expect(await instructions()).toBe('old')
  expect(await store.batteries.effective()).toEqual({})
  read.length = 0
  expect(await instructions()).toBe('old')
  expect(read).toEqual([])
  home.write('data/buttons/hello/AGENT.md', 'newer')
  expect(await instructions()).toBe('newer')
  rmSync(`${home.data}/buttons/hello/AGENT.md`)
  home.write('data/buttons/hello/AGENTS.md', 'the other file')
  expect(await instructions()).toBe('the other file')
  await store.batteries.set('KEY', 'value', 'global')
  expect(await store.batteries.effective()).toEqual({ KEY: 'value' })
  await store.batteries.set('KEY', 'other', 'global')
  expect(await store.batteries.effective()).toEqual({ KEY: 'other' })
})

test('instructions written for a button that had none are seen', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  home.write('data/buttons/hello/pressed/other', '')
  const { store } = openRecalling(home)
  await store.lifecycle.noticeEdit({ kind: 'button', name: 'hello' })
  expect(await store.buttons.find('hello')).toMatchObject({ plain: true })
  expect(await store.buttons.find('hello')).toMatchObject({ plain: true })
  home.write('data/buttons/hello/AGENT.md', 'Press it twice.')
  expect(await store.buttons.find('hello')).not.toHaveProperty('plain')
})
