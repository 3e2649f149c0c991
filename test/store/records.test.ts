// The record files themselves: names, modes, keys, and which of them stay.

import { expect, test } from 'bun:test'
import { readdirSync, statSync, utimesSync } from 'node:fs'
import { openBunHost } from '#host/bun.ts'
import { HostError } from '#host/host.ts'
import { stemAt, stemNumber } from '#store/files/runs/stems.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { hello, makeRun, morning, openStore, recordRun } from '../helpers/records.ts'

const folder = 'data/buttons/hello/pressed'
// Without the note beside the records on how the folder looked when it was last known.
const filesIn = (home: Home) => home.list(folder).filter((name) => name !== '.baseline')
const jsonIn = (home: Home) => home.list(folder).filter((name) => name.endsWith('.json'))

async function keeping(keep: number, home: Home = emptyHome()) {
  const file = { schema_version: 1, defaults: { history_keep: keep } }
  home.write('data/settings.json', JSON.stringify(file))
  return { home, store: await openStore(home) }
}

test('a record has the keys of the contract in their order, and the mode of a secret', async () => {
  const home = emptyHome()
  await recordRun(await openStore(home), morning, { args: { a: '1', z: '2' } })
  expect(filesIn(home)).toEqual([
    '2026-05-02T09-00-00Z.json',
    '2026-05-02T09-00-00Z.progress.jsonl',
  ])
  for (const name of filesIn(home))
    expect(statSync(`${home.root}/${folder}/${name}`).mode & 0o777).toBe(0o600)
  expect(statSync(`${home.root}/${folder}`).mode & 0o777).toBe(0o700)
  const text = home.read(`${folder}/2026-05-02T09-00-00Z.json`)
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    'button',
    'pressed_at',
    'exit_code',
    'stdout',
    'stderr',
    'duration_ms',
    'button_name',
    'started_at',
    'finished_at',
    'status',
    'run_id',
    'args',
  ])
  expect(text).toStartWith('{\n  "button": "hello",\n')
  expect(text).toEndWith('}')
})

test('the stems of a second sort in the order in which they are taken', () => {
  const taken = Array.from({ length: 2500 }, (_, n) => `${stemAt('2026-05-02T09-00-00Z', n)}.json`)
  expect(taken.slice(0, 2)).toEqual(['2026-05-02T09-00-00Z.json', '2026-05-02T09-00-00Z_001.json'])
  expect(taken[1000]).toBe('2026-05-02T09-00-00Z_999_001.json')
  expect(taken.toSorted()).toEqual(taken)
  expect(new Set(taken).size).toBe(2500)
})

test('many presses of one second leave the newest of them', async () => {
  const { home, store } = await keeping(3)
  const ids = Array.from({ length: 12 }, (_, number) => number.toString(16).padStart(16, '0'))
  for (const run_id of ids) await recordRun(store, morning, { run_id })
  const kept = jsonIn(home).map((name) => JSON.parse(home.read(`${folder}/${name}`)).run_id)
  expect(kept).toEqual(ids.slice(-3))
})

test('a stem that has a progress file belongs to the press that made it', async () => {
  const home = emptyHome()
  const { runs } = await openStore(home)
  const claim = await runs.claimProgress(hello, morning)
  await runs.record(hello, { startedMs: morning }, makeRun())
  await runs.record(hello, claim, makeRun())
  expect(jsonIn(home)).toEqual(['2026-05-02T09-00-00Z.json', '2026-05-02T09-00-00Z_001.json'])
  expect(claim.stem).toBe('2026-05-02T09-00-00Z')
})

test('a record that somebody put in the place of ours is left alone', async () => {
  const home = emptyHome()
  const { runs } = await openStore(home)
  const claim = await runs.claimProgress(hello, morning)
  home.write(`${folder}/2026-05-02T09-00-00Z.json`, 'theirs')
  await runs.record(hello, claim, makeRun())
  expect(home.read(`${folder}/2026-05-02T09-00-00Z.json`)).toBe('theirs')
  expect(jsonIn(home)).toHaveLength(2)
})

test('of ten records the three with the greatest names stay, and what is no record', async () => {
  const { home, store } = await keeping(3)
  for (let day = 10; day < 20; day++) {
    home.write(`${folder}/2026-04-${day}T00-00-00Z.json`, '{}')
    home.write(`${folder}/2026-04-${day}T00-00-00Z.progress.jsonl`, '')
  }
  home.write(`${folder}/notes.txt`, 'mine')
  home.write(`${folder}/2020.json/inside.json`, '{}')
  await recordRun(store, morning)
  expect(filesIn(home)).toEqual([
    '2020.json',
    '2026-04-18T00-00-00Z.json',
    '2026-04-18T00-00-00Z.progress.jsonl',
    '2026-04-19T00-00-00Z.json',
    '2026-04-19T00-00-00Z.progress.jsonl',
    '2026-05-02T09-00-00Z.json',
    '2026-05-02T09-00-00Z.progress.jsonl',
    'notes.txt',
  ])
  expect(home.list(`${folder}/2020.json`)).toEqual(['inside.json'])
})

test('fewer records than are kept all stay', async () => {
  const { home, store } = await keeping(10)
  for (let second = 0; second < 5; second++) await recordRun(store, morning + second * 1000)
  expect(jsonIn(home)).toHaveLength(5)
})

test('progress without a record goes once a full set of records is newer', async () => {
  const { home, store } = await keeping(2)
  const { progressPath } = await store.runs.claimProgress(hello, morning)
  const exists = () => home.list(folder).includes(progressPath!.split('/').at(-1)!)
  await recordRun(store, morning + 1000)
  expect(exists()).toBe(true)
  await recordRun(store, morning + 2000)
  expect(exists()).toBe(false)
})

test('older records without Z take their place among the others', async () => {
  const { home, store } = await keeping(2)
  home.write(`${folder}/2026-05-02T08-59-58.json`, '{}')
  home.write(`${folder}/2026-05-02T08-59-59.json`, '{}')
  await recordRun(store, morning)
  expect(jsonIn(home)).toEqual(['2026-05-02T08-59-59.json', '2026-05-02T09-00-00Z.json'])
})

test('a press that outlasted a full set of others makes room for them', async () => {
  const { home, store } = await keeping(2)
  const long = await store.runs.claimProgress(hello, morning)
  for (const second of [1, 2, 3]) await recordRun(store, morning + second * 1000)
  await store.runs.record(hello, long, makeRun())
  await store.settle()
  expect(jsonIn(home)).toEqual(['2026-05-02T09-00-02Z.json', '2026-05-02T09-00-03Z.json'])
  expect(await store.runs.list({})).toHaveLength(2)
})

test('a record that cannot be removed does not keep the press from its own', async () => {
  const { files, ...host } = openBunHost()
  const { home } = await keeping(1)
  const stubborn = await openStore(home, {
    ...host,
    env: home.env,
    files: {
      ...files,
      remove: (path) => {
        if (path.endsWith('T08-00-00Z.json')) throw new HostError('EPERM', 'unlink', path)
        return files.remove(path)
      },
    },
  })
  home.write(`${folder}/2026-05-02T07-00-00Z.json`, '{}')
  home.write(`${folder}/2026-05-02T08-00-00Z.json`, '{}')
  await recordRun(stubborn, morning)
  expect(jsonIn(home)).toEqual(['2026-05-02T08-00-00Z.json', '2026-05-02T09-00-00Z.json'])
})

test('what a killed press left half-written goes after an hour', async () => {
  const home = emptyHome()
  const store = await openStore(home)
  const old = home.write(`${folder}/.tmp-17-0-abc`, '{')
  utimesSync(old, 0, 0)
  home.write(`${folder}/.tmp-18-0-abc`, '{')
  home.write(`${folder}/.tmp-notes`, 'mine')
  utimesSync(`${home.root}/${folder}/.tmp-notes`, 0, 0)
  await recordRun(store, morning)
  const hidden = filesIn(home).filter((name) => name.startsWith('.'))
  expect(hidden).toEqual(['.tmp-18-0-abc', '.tmp-notes'])
})

test('a great number of records is held by one press in many', async () => {
  const { home } = await keeping(1001)
  for (let i = 0; i < 1010; i++) home.write(`${folder}/2026-04-01T00-00-00Z_${i}.json`, '{}')
  const random = (...bytes: number[]) => ({ bytes: () => Uint8Array.from(bytes) })
  const count = () =>
    readdirSync(`${home.root}/${folder}`).filter((n) => n.endsWith('.json')).length
  await recordRun(await openStore(home, { random: random(0xff, 0xff) }), morning)
  expect(count()).toBe(1011)
  await recordRun(await openStore(home, { random: random(0, 0) }), morning)
  expect(count()).toBe(1001)
})

test('settings nobody can read keep the usual hundred', async () => {
  const home = emptyHome()
  home.write('data/settings.json', '{')
  const store = await openStore(home)
  for (let i = 0; i < 101; i++) await recordRun(store, morning + i * 1000)
  expect(jsonIn(home)).toHaveLength(100)
})

test('a full disk is a storage error, and nothing half-written stays', async () => {
  const home = emptyHome()
  const { files } = openBunHost()
  const full = () => {
    throw new HostError('ENOSPC', 'write')
  }
  const store = await openStore(home, { files: { ...files, place: full, create: full } })
  const claim = await store.runs.claimProgress(hello, morning)
  expect(claim).toEqual({ startedMs: morning })
  await expect(store.runs.record(hello, claim, makeRun())).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: 'Cannot record the press of "hello": the disk is full',
  })
  expect(home.list(folder)).toEqual([])
})

test('the number of a stem is found again in its name', () => {
  const second = '2026-05-02T09-00-00Z'
  for (const number of [0, 1, 9, 998, 999, 1000, 2500])
    expect(stemNumber(second, stemAt(second, number))).toBe(number)
  for (const other of [`${second}_x`, `${second}x`]) expect(stemNumber(second, other)).toBe(-1)
})

test('one process after the other, more presses of one second than are kept leave the newest', async () => {
  const { home } = await keeping(3)
  for (let number = 0; number < 8; number++) {
    const store = await openStore(home)
    await recordRun(store, morning, { run_id: number.toString(16).padStart(16, '0') })
  }
  const kept = jsonIn(home).map((name) => JSON.parse(home.read(`${folder}/${name}`)).run_id)
  expect(kept).toEqual([5, 6, 7].map((number) => number.toString(16).padStart(16, '0')))
})
