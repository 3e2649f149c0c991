// What every store must hold, whatever it is made of. A backend's test calls this with a way to
// open a fresh, empty store; it knows nothing of files or tables.

import { describe, expect, test } from 'bun:test'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Target } from '#spec/run.ts'
import type { Store } from '#store/store.ts'
import { hello, makeRun, morning, recordRun } from '../helpers/records.ts'

/** `open` makes an empty store; `reopen` opens the same one again, as another process would. */
export function checkRunStore(
  name: string,
  { open, reopen }: { open(): Promise<Store>; reopen(store: Store): Promise<Store> },
): void {
  const world: Target = { kind: 'button', name: 'world' }
  const flow: Target = { kind: 'drawer', name: 'flow' }

  async function recordDrawer(store: Store, startedMs: number, changes: Partial<DrawerRun> = {}) {
    const started_at = new Date(startedMs).toISOString()
    const run = {
      drawer_name: 'flow',
      run_id: 'ffff000011112222',
      started_at,
      finished_at: started_at,
      duration_ms: 0,
      status: 'ok',
      steps: [],
      ...changes,
    }
    await store.runs.record(flow, { startedMs }, run)
    await store.settle()
  }

  describe(`the runs of the ${name} store`, () => {
    test('nothing was pressed, so nothing is listed', async () => {
      const { runs } = await open()
      expect(await runs.list({})).toEqual([])
      expect(await runs.list({ target: hello })).toEqual([])
      expect(await runs.listFailures(5)).toEqual([])
      expect(await runs.count(hello)).toBe(0)
      expect(await runs.findProgress(hello)).toBeUndefined()
    })

    test('what was recorded is read back as it was, also by others', async () => {
      const store = await open()
      const started_at = new Date(morning).toISOString()
      const run = makeRun({ started_at, args: { a: '1', b: '<&>\u2028' }, stdout: 'é\0\u{1f600}' })
      await recordRun(store, morning, run)
      expect(await store.runs.list({})).toEqual([run])
      expect(await (await reopen(store)).runs.list({ target: hello })).toEqual([run])
    })

    test('runs are newest first, whoever pressed them in whatever order', async () => {
      const store = await open()
      for (const second of [2, 0, 3, 1])
        await recordRun(store, morning + second * 1000, {}, second % 2 ? world : hello)
      const seconds = (await store.runs.list({})).map((run) => run.started_at.slice(17, 19))
      expect(seconds).toEqual(['03', '02', '01', '00'])
    })

    test('fifty presses in one second leave fifty records, in their order', async () => {
      const store = await open()
      for (let i = 0; i < 50; i++) await recordRun(store, morning + i, { stdout: String(i) })
      const runs = await store.runs.list({ target: hello })
      expect(runs.map((run) => Number(run.stdout))).toEqual([...Array(50).keys()].reverse())
      expect(await store.runs.count(hello)).toBe(50)
    })

    test('presses of one millisecond without progress leave a record each', async () => {
      const store = await open()
      for (let i = 0; i < 5; i++)
        await store.runs.record(hello, { startedMs: morning }, makeRun({ stdout: String(i) }))
      const runs = await store.runs.list({})
      expect(runs.map((run) => run.stdout)).toEqual(['4', '3', '2', '1', '0'])
    })

    test('a target, a limit and failures only narrow the list, failures before the limit', async () => {
      const store = await open()
      for (let i = 0; i < 6; i++) {
        const failed = i < 2 ? ({ status: 'error', exit_code: 1 } as const) : {}
        await recordRun(store, morning + i * 1000, { stdout: `h${i}`, ...failed })
        await recordRun(store, morning + i * 1000 + 1, { stdout: `w${i}` }, world)
      }
      const texts = async (query: Parameters<Store['runs']['list']>[0]) =>
        (await store.runs.list(query)).map((run) => run.stdout)
      expect(await texts({ limit: 3 })).toEqual(['w5', 'h5', 'w4'])
      expect(await texts({ target: hello, limit: 2 })).toEqual(['h5', 'h4'])
      expect(await texts({ target: hello, limit: 1, failedOnly: true })).toEqual(['h1'])
      expect(await texts({ failedOnly: true })).toEqual(['h1', 'h0'])
      expect(await texts({ target: world, failedOnly: true })).toEqual([])
      expect(await texts({ limit: 0 })).toEqual([])
    })

    test('runs of drawers are no runs of buttons', async () => {
      const store = await open()
      await recordRun(store, morning)
      await recordDrawer(store, morning + 1000)
      expect(await store.runs.list({})).toHaveLength(1)
      const both = await store.runs.listStored({})
      expect(both.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
        'drawer/flow',
        'button/hello',
      ])
      expect(await store.runs.listStored({ kinds: ['drawer'] })).toEqual([both[0]!])
      expect(await store.runs.listStored({ target: flow })).toEqual([both[0]!])
    })

    test('failures of buttons and drawers come in one list by time', async () => {
      const store = await open()
      await recordRun(store, morning, { status: 'error', exit_code: 1 })
      await recordDrawer(store, morning + 1000, {
        status: 'failed',
        steps: [{ id: 'a', status: 'failed' }],
      })
      await recordRun(store, morning + 2000, { status: 'timeout', exit_code: -1 })
      await recordRun(store, morning + 3000)
      const failures = await store.runs.listFailures(10)
      expect(failures.map(({ target, failed_step }) => [target, failed_step])).toEqual([
        ['button/hello', undefined],
        ['drawer/flow', 'a'],
        ['button/hello', undefined],
      ])
      expect(await store.runs.listFailures(1)).toEqual([failures[0]!])
    })

    test('a target keeps its newest hundred', async () => {
      const store = await open()
      for (let i = 0; i < 103; i++) await recordRun(store, morning + i * 1000)
      expect(await store.runs.count(hello)).toBe(100)
      const runs = await store.runs.list({})
      expect(runs).toHaveLength(100)
      expect(runs.at(-1)!.started_at).toBe('2026-05-02T09:00:03.000Z')
    })

    test('the newest progress file is found', async () => {
      const store = await open()
      const first = await store.runs.claimProgress(hello, morning)
      const second = await store.runs.claimProgress(hello, morning)
      expect(first.progressPath).not.toBe(second.progressPath)
      expect(await store.runs.findProgress(hello)).toBe(second.progressPath!)
    })
  })
}
