// What a host was running when it was killed: the next one goes on with it instead of beginning anew.

import { expect, test } from 'bun:test'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import type { Home } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'
import { activeIds, ledger, listRuns, openGate, runsHome } from '../helpers/runs.ts'
import { type Served, serve } from '../helpers/serving.ts'

interface Delivery {
  id: string
  status: string
  attempt: number
  run_id: string
}

async function deliveries({ url }: Served): Promise<Delivery[]> {
  const answer = await fetch(`${url}/api/deliveries`)
  return ((await answer.json()) as { data: { deliveries: Delivery[] } }).data.deliveries
}

function hookHome(): Home {
  const note = 'echo "$BUTTONS_STEP $BUTTONS_RUN_ID" >> ledger'
  const home = runsHome({
    note,
    gate: `${note}; touch here; while [ ! -e gate ]; do sleep 0.02; done`,
  })
  writeDrawer(home, 'hook', {
    steps: [
      { id: 'a', button: 'note' },
      { id: 'b', button: 'gate' },
      { id: 'c', button: 'note' },
    ],
    triggers: [{ kind: 'webhook', path: '/hook' }],
  })
  return home
}

test('a webhook whose host was killed goes on with its run where that stood', async () => {
  const home = hookHome()
  const first = await serve(home)
  expect((await fetch(`${first.url}/hook`, { method: 'POST' })).status).toBe(202)
  await until(() => existsSync(join(home.cwd, 'here')))
  const [running] = await deliveries(first)
  first.kill()
  await first.exited
  openGate(home)
  const second = await serve(home)
  for (;;) {
    const [delivery] = await deliveries(second)
    if (delivery!.status === 'accepted' || delivery!.status === 'running') continue
    expect(delivery).toMatchObject({ status: 'ok', attempt: 2, run_id: running!.run_id })
    break
  }
  const id = running!.run_id
  expect(ledger(home)).toEqual([`a ${id}`, `b ${id}`, `b ${id}`, `c ${id}`])
  expect(await listRuns(home)).toMatchObject([{ run_id: id, status: 'ok' }])
}, 30_000)

test('with --resume a host goes on with interrupted runs that kept a journal', async () => {
  const home = runsHome({
    note: 'echo "$BUTTONS_STEP $BUTTONS_RUN_ID" >> ledger',
    gate: 'touch "at.$BUTTONS_RUN_ID"; while [ ! -e gate ]; do sleep 0.02; done',
  })
  const steps = ['note', 'gate', 'note'].map((button, at) => ({ id: `s${at}`, button }))
  for (const name of ['one', 'two', 'changed', 'forgotten']) writeDrawer(home, name, { steps })
  const lines = ['one press', 'two press', 'changed press', 'forgotten press --durability none']
  const presses = lines.map((line) => start(home, `drawer ${line}`))
  const there = () => activeIds(home).filter((id) => existsSync(join(home.cwd, `at.${id}`)))
  await until(() => there().length === 4)
  for (const press of presses) press.kill()
  await Promise.all(presses.map(({ finished }) => finished))
  writeDrawer(home, 'changed', { steps: [] })
  openGate(home)
  const idOf = new Map((await listRuns(home)).map(({ target, run_id }) => [target, run_id!]))
  const told = async (name: string) =>
    (await listRuns(home, '--target', `drawer/${name}`)).map(({ status }) => status)

  const plain = await serve(home)
  plain.kill('SIGTERM')
  await plain.exited
  expect(await told('one')).toEqual(['interrupted'])

  const host = await serve(home, '--resume')
  for (const name of ['one', 'two']) {
    const id = idOf.get(`drawer/${name}`)!
    for (let [status] = await told(name); status !== 'ok'; [status] = await told(name))
      expect(['interrupted', 'running']).toContain(status!)
    expect(ledger(home).filter((line) => line.endsWith(id))).toEqual([`s0 ${id}`, `s2 ${id}`])
  }
  host.kill('SIGTERM')
  await host.exited
  expect(await told('changed')).toEqual(['interrupted'])
  expect(await told('forgotten')).toEqual(['interrupted'])
}, 60_000)

test('a run that a host goes on with is cancelled, and the host lives on', async () => {
  const home = hookHome()
  const first = await serve(home)
  await fetch(`${first.url}/hook`, { method: 'POST' })
  await until(() => existsSync(join(home.cwd, 'here')))
  first.kill()
  await first.exited
  rmSync(join(home.cwd, 'here'))
  const second = await serve(home)
  await until(() => existsSync(join(home.cwd, 'here')))
  const [id] = activeIds(home)
  await buttons('cancel', id!)
    .in(home)
    .expect({ data: { run_id: id, status: 'cancelled' } })
  expect((await fetch(`${second.url}/api/deliveries`)).status).toBe(200)
  expect(ledger(home)).toEqual([`a ${id}`, `b ${id}`, `b ${id}`])
}, 30_000)

test('a press for later whose host was killed is pressed again under the id that was promised', async () => {
  const script = `echo "$BUTTONS_RUN_ID" >> ledger; touch here
buttons step once -- sh -c 'echo once >> steps'
while [ ! -e gate ]; do sleep 0.02; done; echo done`
  const home = runsHome({ gate: script })
  const first = await serve(home)
  const id = await acceptPress(first, 'gate')
  await until(() => existsSync(join(home.cwd, 'here')) && ledger(home, 'steps').length === 1)
  first.kill()
  await first.exited
  openGate(home)
  const second = await serve(home)
  const outcome = await fetch(`${second.url}/api/runs/${id}/outcome`)
  expect(((await outcome.json()) as { data: object }).data).toMatchObject({
    run_id: id,
    status: 'ok',
  })
  expect(ledger(home)).toEqual([id, id])
  expect(ledger(home, 'steps')).toEqual(['once'])
  expect(activeIds(home)).toEqual([])
  expect(await listRuns(home)).toMatchObject([{ run_id: id, status: 'ok' }])
}, 30_000)

test('requests of a button that were sent count, however often hosts die', async () => {
  let asked = 0
  const site = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => {
      asked++
      return new Promise<Response>(() => {})
    },
  })
  const url = `http://127.0.0.1:${site.port}/`
  const spec = { runtime: 'http', url, allow_private_networks: true }
  const home = runsHome({ web: { spec } })
  let host = await serve(home, '--allow-http-buttons')
  const id = await acceptPress(host, 'web')
  for (const count of [1, 2, 3]) {
    await until(() => asked === count)
    host.kill()
    await host.exited
    host = await serve(home, '--allow-http-buttons')
  }
  const [delivery] = await deliveries(host)
  expect(delivery).toMatchObject({ status: 'dead', attempt: 3, run_id: id })
  expect(asked).toBe(3)
  await site.stop(true)
}, 30_000)

async function acceptPress({ url }: Served, name: string): Promise<string> {
  const path = `${url}/api/buttons/${name}/press`
  const answer = await fetch(path, { method: 'POST', headers: { Prefer: 'respond-async' } })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { data: { run_id: string } }).data.run_id
}
