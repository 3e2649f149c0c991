// What a host was running when it was killed: the next one goes on with it instead of beginning anew.

import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { until } from '../helpers/program.ts'
import { ledger, listRuns, openGate, runsHome } from '../helpers/runs.ts'
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

test('a webhook whose host was killed goes on with its run where that stood', async () => {
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
