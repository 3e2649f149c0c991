// Record files and stores for tests of the run history.

import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import type { Run, Target } from '#spec/run.ts'
import { stores } from '#store/index.ts'
import type { Store } from '#store/store.ts'
import type { Home } from './home.ts'

/** The store of a home, as a process of its own would open it. */
export async function openStore(home: Home, changes: Partial<Host> = {}): Promise<Store> {
  const host: Host = { ...openBunHost(), env: home.env, cwd: home.cwd, ...changes }
  const store = stores.files(host)
  await store.prepare()
  return store
}

/** Some second long enough ago for a folder's time to have settled. */
export const morning = Date.parse('2026-05-02T09:00:00Z')

export const hello: Target = { kind: 'button', name: 'hello' }

export function makeRun(changes: Partial<Run> & { started_at?: string } = {}): Run {
  const started = changes.started_at ?? new Date(morning).toISOString()
  return {
    button: 'hello',
    pressed_at: `${started.slice(0, 19)}Z`,
    exit_code: 0,
    stdout: 'hi\n',
    stderr: '',
    duration_ms: 3,
    button_name: 'hello',
    started_at: started,
    finished_at: started,
    status: 'ok',
    run_id: '0123456789abcdef',
    ...changes,
  }
}

/** Records a run as a press does and lets the index follow; the second is that of `startedMs`. */
export async function recordRun(
  store: Store,
  startedMs: number,
  changes: Partial<Run> = {},
  target: Target = hello,
): Promise<void> {
  const claim = await store.runs.claimProgress(target, startedMs)
  const run = makeRun({ started_at: new Date(startedMs).toISOString(), ...changes })
  await store.runs.record(target, claim, run)
  await store.settle()
}

/** Writes a record file as anybody's program or editor may have done. */
export function writeRecord(home: Home, file: string, record: object): string {
  return home.write(`data/${file}`, JSON.stringify(record, null, 2))
}
