import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '#spec/run.ts'
import { buttons } from '../helpers/buttons.ts'
import { start, until } from '../helpers/program.ts'
import {
  activeIds,
  atGate,
  detach,
  gated,
  isAlive,
  openGate,
  runsHome,
  statuses,
} from '../helpers/runs.ts'

test('a run is ended from another process with everything it started', async () => {
  const home = runsHome({ slow: `sleep 600 & echo $! > child; ${gated}` })
  const press = start(home, 'press slow')
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  const child = Number(readFileSync(join(home.cwd, 'child'), 'utf8'))
  await buttons('cancel', id)
    .in(home)
    .expect({
      json: { ok: true, data: { run_id: id, target: 'button/slow', status: 'cancelled' } },
    })
  const { exit, stdout } = await press.finished
  expect(exit).toBe(143)
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
  await until(() => !isAlive(child))
  const [record] = await buttons('history').in(home).data<Run[]>()
  expect(record).toMatchObject({ run_id: id, status: 'cancelled', error_type: 'CANCELLED' })
})

test('cancelling again changes nothing; what has ended by itself cannot be cancelled', async () => {
  const home = runsHome({ slow: gated, quick: 'true' })
  const { id } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  await buttons('cancel', id)
    .in(home)
    .expect({ json: expect.objectContaining({ ok: true, already: true }) })
  const quick = await detach(home, 'press', 'quick')
  await buttons('wait', quick.id)
    .in(home)
    .expect({ data: { status: 'ok' } })
  await buttons('cancel', quick.id)
    .in(home)
    .expect({ error: { code: 'RUN_FINISHED' } })
  await buttons('cancel 0123456789abcdef')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('cancel', quick.id, '--summary')
    .in(home)
    .expect({ data: { executed: false, would: { run_id: quick.id, status: 'ok' } } })
})

test('two who cancel at once both succeed', async () => {
  const home = runsHome({ slow: gated })
  const { id } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  const both = [start(home, `cancel ${id}`), start(home, `cancel ${id}`)]
  for (const { finished } of both) expect(await finished).toMatchObject({ exit: 0 })
  expect(await statuses(home)).toEqual([`${id} cancelled`])
})

test('of several presses in one process only the cancelled one ends', async () => {
  const home = runsHome({ one: gated, two: `${gated}echo two` })
  const smash = start(home, 'smash one two')
  const ids = await until(() => (activeIds(home).length === 2 ? activeIds(home) : undefined))
  for (const id of ids) await atGate(home, id)
  const one = ids.find((id) => home.read(`data/active/${id}`).includes('button/one'))!
  await buttons('cancel', one)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  openGate(home)
  const { stdout } = await smash.finished
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      results: [{ result: { status: 'cancelled' } }, { result: { status: 'ok', stdout: 'two\n' } }],
    },
  })
})

test('a process that only has the number of a dead one is never signalled', async () => {
  const home = runsHome({ slow: gated })
  const press = start(home, 'press slow')
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  press.kill('SIGKILL')
  await press.finished
  // As if the number had been given to this very process since.
  const path = join(home.data, 'active', id)
  await Bun.write(path, `${readFileSync(path, 'utf8')}{"pid":${process.pid}}\n`)
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  expect(existsSync(path)).toBe(false)
  expect(await statuses(home)).toEqual([`${id} cancelled`])
})
