import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import type { Run } from '#spec/run.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { makeRun, morning, writeRecord } from '../helpers/records.ts'

/** `count` runs of a button, one per second; every third failed. */
function withRuns(home: Home, name: string, count: number, firstMs = morning): void {
  for (let i = 0; i < count; i++) {
    const started_at = new Date(firstMs + i * 1000).toISOString()
    const stem = `${started_at.slice(0, 19).replaceAll(':', '-')}Z`
    const failed = i % 3 === 0 ? { status: 'error', exit_code: 1, error_type: 'SCRIPT_ERROR' } : {}
    const run = makeRun({ button: name, button_name: name, started_at, stdout: `${i}`, ...failed })
    writeRecord(home, `buttons/${name}/pressed/${stem}.json`, run)
  }
}

test('a fresh home has no history', async () => {
  await buttons('history --json')
    .in(emptyHome())
    .expect({ json: { ok: true, data: [] } })
})

test('one press is one record, with what it did', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  await buttons('press hello').in(home).data()
  const [run, ...others] = await buttons('history').in(home).data<Run[]>()
  expect(others).toEqual([])
  expect(run).toMatchObject({ button: 'hello', button_name: 'hello', status: 'ok', stdout: 'hi\n' })
  expect(run!.pressed_at).toBe(`${run!.started_at.slice(0, 19)}Z`)
})

test('a failed press is recorded with its reason', async () => {
  const home = homeWith({ buttons: { broken: 'echo boom >&2; exit 42' } })
  await buttons('press broken')
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR' } })
  await buttons('history broken')
    .in(home)
    .expect({
      data: [
        expect.objectContaining({ status: 'error', exit_code: 42, error_type: 'SCRIPT_ERROR' }),
      ],
    })
})

test('a name narrows the history, a typed one too', async () => {
  const home = homeWith({ buttons: { alpha: 'true', 'my-beta': 'true' } })
  for (const name of ['alpha', 'my-beta']) await buttons(`press ${name}`).in(home).data()
  expect(await buttons('history alpha').in(home).data<Run[]>()).toHaveLength(1)
  expect(await buttons('history', 'My Beta').in(home).data<Run[]>()).toHaveLength(1)
  expect(await buttons('history').in(home).data<Run[]>()).toHaveLength(2)
})

test('twenty are shown unless another number is asked for, and all for 0', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  withRuns(home, 'hello', 30)
  const count = async (line: string) => (await buttons(line).in(home).data<Run[]>()).length
  expect(await count('history')).toBe(20)
  expect(await count('history --last 5')).toBe(5)
  expect(await count('history --last 0')).toBe(30)
  expect(await count('history --last=-1')).toBe(30)
  expect(await count('history --last 0x10')).toBe(16)
})

test('a count that is no number is refused', async () => {
  await buttons('history --last many')
    .in(emptyHome())
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('"many"') },
      stderr: /"many"/,
    })
})

test('a button nobody knows has an empty history and a hint', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('history deploi')
    .in(home)
    .expect({
      json: { ok: true, data: [], hint: 'There is no button "deploi"; did you mean "deploy"?' },
    })
  await buttons('history', '../..')
    .in(home)
    .expect({ json: { ok: true, data: [], hint: expect.stringContaining('"../.."') } })
  await buttons('history deploy')
    .in(home)
    .expect({ json: { ok: true, data: [] } })
})

test('people see a table on stdout', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  withRuns(home, 'hello', 2)
  await buttons('history')
    .in(home)
    .onTerminal()
    .expect({
      stdout:
        'BUTTON  STATUS  EXIT  DURATION  STARTED\n' +
        'hello   ok      0     3ms       2026-05-02T09:00:01Z\n' +
        'hello   error   1     3ms       2026-05-02T09:00:00Z\n',
    })
})

test('people are told when there is nothing', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  await buttons('history').in(home).onTerminal().expect({ stdout: 'No presses yet\n' })
  await buttons('history nope')
    .in(home)
    .onTerminal()
    .expect({ stdout: 'There is no button "nope"; buttons list shows all\n' })
})

test('the index may go at any time', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  for (let i = 0; i < 3; i++) await buttons('press hello').in(home).data()
  const before = await buttons('history').in(home).data<Run[]>()
  expect(before).toHaveLength(3)
  for (const name of readdirSync(home.data))
    if (name.startsWith('state.db')) rmSync(`${home.data}/${name}`)
  expect(await buttons('history').in(home).data<Run[]>()).toEqual(before)
  home.write('data/state.db', 'garbage '.repeat(1000))
  expect(await buttons('history').in(home).data<Run[]>()).toEqual(before)
})

test('a history that cannot be read is a storage error', async () => {
  const home = emptyHome()
  home.write('data/buttons/hello/pressed', 'a file where a folder belongs')
  mkdirSync(`${home.data}/drawers`)
  mkdirSync(`${home.data}/state.db`)
  await buttons('history hello')
    .in(home)
    .expect({ error: { code: 'STORAGE_ERROR' } })
})
