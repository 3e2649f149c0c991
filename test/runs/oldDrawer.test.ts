// What a retry takes for known of a drawer's run whose process died.

import { expect, test } from 'bun:test'
import { describeOld } from '#runs/oldDrawer.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { ActiveRun, Store } from '#store/store.ts'

const started = {
  type: 'run.started',
  key: '',
  run_id: '0000000000000001',
  at: '2026-05-02T09:00:00.000Z',
  drawer: 'chain',
  inputs: {},
  secret_inputs: [],
  definition: '',
  mode: 'sequential',
}
const finished = { ...started, type: 'run.finished', status: 'ok' }

test('a run that died between its last event and its record is no run that went well', async () => {
  const events = [started, finished] as unknown as RunEvent[]
  const store = { journal: { read: async () => events } } as unknown as Store
  const active = { held: false } as unknown as ActiveRun
  const old = await describeOld(started.run_id, { state: 'active', active }, { store })
  expect(old).toMatchObject({ name: 'chain', ok: false, interrupted: active })
})
