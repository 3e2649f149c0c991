// The run history under several processes at once, and under processes that are killed.

import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import type { Run } from '#spec/run.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { start } from '../helpers/program.ts'

const folder = 'data/buttons/hello/pressed'

function recordsIn(home: Home): Run[] {
  const names = home.list(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => JSON.parse(home.read(`${folder}/${name}`)) as Run)
}

function runIds(runs: readonly Run[]): string[] {
  return runs.map((run) => run.run_id!).sort()
}

test.skipIf(!executable)(
  'sixteen processes at once lose no record, also when they make the index together',
  async () => {
    const home = homeWith({ buttons: { hello: 'echo hi' } })
    const presses = Array.from({ length: 16 }, () => start(home, 'press hello'))
    const finished = await Promise.all(presses.map((press) => press.finished))
    const pressed = finished.map(({ exit, stdout, stderr }) => {
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      return (JSON.parse(stdout) as { data: Run }).data
    })
    expect(runIds(recordsIn(home))).toEqual(runIds(pressed))
    expect(runIds(await buttons('history --last 0').in(home).data<Run[]>())).toEqual(
      runIds(pressed),
    )
  },
  30_000,
)

test.skipIf(!executable)(
  'processes that meet a broken index at once all mend it or do without',
  async () => {
    const home = homeWith({ buttons: { hello: 'echo hi' } })
    home.write('data/state.db', 'garbage '.repeat(1000))
    const all = Array.from({ length: 8 }, (_, i) => start(home, i % 2 ? 'press hello' : 'history'))
    for (const { finished } of all) expect(await finished).toMatchObject({ exit: 0, stderr: '' })
    const runs = await buttons('history --last 0').in(home).data<Run[]>()
    expect(runIds(runs)).toEqual(runIds(recordsIn(home)))
    expect(runs).toHaveLength(4)
  },
  30_000,
)

// Each press is killed a little later than the one before: from before it has begun to when the
// first one, which nobody killed, had ended. What it says on stdout was recorded; nothing
// half-written is anywhere.
test.skipIf(!executable)(
  'presses killed at any instant leave whole records and a history that agrees with them',
  async () => {
    const home = homeWith({ buttons: { hello: 'echo hi' } })
    const began = performance.now()
    await start(home, 'press hello').finished
    const wholeMs = performance.now() - began
    for (let i = 0; i < 30; i++) {
      const press = start(home, 'press hello')
      await Bun.sleep((wholeMs * i) / 30)
      press.kill('SIGKILL')
      const { stdout } = await press.finished
      if (stdout.endsWith('}\n')) expectRecorded(home, (JSON.parse(stdout) as { data: Run }).data)
      const history = await buttons('history --last 0').in(home).data<Run[]>()
      expect(runIds(history)).toEqual(runIds(recordsIn(home)))
    }
    expect(unparsable(home.data)).toEqual([])
    await buttons('press hello')
      .in(home)
      .expect({ data: { status: 'ok' } })
  },
  60_000,
)

function expectRecorded(home: Home, { run_id }: Run): void {
  expect(runIds(recordsIn(home))).toContain(run_id!)
}

/** JSON files below a folder that hold no JSON. */
function unparsable(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
    if (!name.endsWith('.json')) return false
    try {
      JSON.parse(readFileSync(`${root}/${name}`, 'utf8'))
      return false
    } catch {
      return true
    }
  })
}
