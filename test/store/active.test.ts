// The registry of runs in progress, held by this process and looked at by another store, as another
// process would.

import { expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyHome, type Home } from '../helpers/home.ts'
import { hello, makeRun, morning, openStore } from '../helpers/records.ts'

async function openTwo() {
  const home = emptyHome()
  return { home, mine: await openStore(home), other: await openStore(home) }
}

const files = (home: Home) => home.list('data/active')

test('a run is found while it is held, and gone when it is over', async () => {
  const { home, mine, other } = await openTwo()
  const run = await mine.active.begin({ target: hello, args: { a: '1' } })
  const found = await other.active.find(run.runId)
  expect(found).toMatchObject({
    held: true,
    entry: { run_id: run.runId, target: 'button/hello', status: 'running', args: { a: '1' } },
  })
  expect(statSync(join(home.data, 'active', run.runId)).mode & 0o777).toBe(0o600)
  expect(statSync(join(home.data, 'active')).mode & 0o777).toBe(0o700)
  run.end()
  expect(await other.active.find(run.runId)).toBeUndefined()
  expect(files(home)).toEqual([])
})

test('an id is given once, also when the clock and chance repeat themselves', async () => {
  const home = emptyHome()
  let draws = 0
  const changes = {
    clock: { now: () => morning } as never,
    random: { bytes: () => new Uint8Array([0, draws++ >> 1]) },
  }
  const [a, b] = [await openStore(home, changes), await openStore(home, changes)]
  const first = await a.active.begin({ target: hello })
  const second = await b.active.begin({ target: hello })
  expect(first.runId).not.toBe(second.runId)
  const { runId } = first
  await expect(b.active.begin({ target: hello, runId })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  })
})

test('whoever holds a run lends it to what works for it', async () => {
  const { home, mine } = await openTwo()
  const owner = await mine.active.begin({ target: hello })
  const worker = await mine.active.begin({ target: hello, runId: owner.runId })
  worker.note({ status: 'waiting' })
  worker.end()
  expect((await mine.active.find(owner.runId))?.entry.status).toBe('waiting')
  owner.end()
  expect(files(home)).toEqual([])
})

test('a run that nobody holds is interrupted, and marked once', async () => {
  const { home, mine, other } = await openTwo()
  const run = await mine.active.begin({ target: hello })
  run.release()
  const first = await other.active.find(run.runId)
  expect(first).toMatchObject({ held: false, entry: { status: 'interrupted' } })
  const text = home.read(`data/active/${run.runId}`)
  expect(await other.active.list()).toEqual([first!])
  expect(home.read(`data/active/${run.runId}`)).toBe(text)
})

test('one of two takes an interrupted run over', async () => {
  const { mine, other } = await openTwo()
  const run = await mine.active.begin({ target: hello })
  expect(await other.active.adopt(run.runId)).toBe('held')
  run.release()
  const adopted = await other.active.adopt(run.runId)
  if (adopted === undefined || adopted === 'held') throw new Error('it is free')
  expect(await mine.active.adopt(run.runId)).toBe('held')
  expect(await mine.active.find(run.runId)).toMatchObject({
    held: true,
    entry: { status: 'running' },
  })
  adopted.end()
  expect(await mine.active.adopt(run.runId)).toBeUndefined()
})

test('a run whose record is there is over, wherever its process died', async () => {
  const { home, mine, other } = await openTwo()
  const run = await mine.active.begin({ target: hello })
  await mine.runs.record(hello, { startedMs: morning }, makeRun({ run_id: run.runId }))
  run.release()
  expect(await other.active.list()).toEqual([])
  expect(files(home)).toEqual([])
  expect((await other.runs.find(run.runId))?.run.run_id).toBe(run.runId)
})

test('the steps of a script stay with the record, the rest goes', async () => {
  const { home, mine } = await openTwo()
  const run = await mine.active.begin({ target: hello })
  home.write(`data/active/${run.runId}.d/steps.jsonl`, 'steps')
  home.write(`data/active/${run.runId}.d/stdout`, 'out')
  const file = await mine.runs.record(hello, { startedMs: morning }, makeRun({ run_id: run.runId }))
  run.end()
  expect(files(home)).toEqual([])
  const { steps } = await mine.runs.findBeside(file)
  expect(await Bun.file(steps!).text()).toBe('steps')
})

test('a file in which nothing whole stands is no run yet', async () => {
  const { home, mine } = await openTwo()
  home.write('data/active/0000000000000001', '')
  home.write('data/active/0000000000000002', '{"run_id":')
  home.write('data/active/notes.txt', 'x')
  expect(await mine.active.list()).toEqual([])
  expect(files(home)).toHaveLength(3)
})

test('a press goes on unseen where nothing can be registered', async () => {
  const { home, mine } = await openTwo()
  writeFileSync(join(home.data, 'active'), 'a file in the way')
  const run = await mine.active.beginOrHide({ target: hello })
  expect(run.runId).toMatch(/^[0-9a-f]{16}$/)
  run.note({ status: 'waiting' })
  run.end()
  await expect(mine.active.begin({ target: hello })).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
  })
})

test('what was asked to stop is written down for its process, and brings nothing back', async () => {
  const { home, mine, other } = await openTwo()
  const run = await mine.active.begin({ target: hello })
  await other.active.askToStop(run.runId)
  expect((await mine.active.find(run.runId))?.entry.cancel_requested).toBeDefined()
  run.end()
  await other.active.askToStop(run.runId)
  expect(files(home)).toEqual([])
})
