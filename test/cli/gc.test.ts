import { expect, test } from 'bun:test'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Collected } from '#spec/collected.ts'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { atGate, detach, gated, openGate, runsHome } from '../helpers/runs.ts'

const folder = 'data/buttons/hello/pressed'
const longAgo = new Date('2026-01-01T00:00:00Z')

/** Makes a file as old as can be. */
function old(home: Home, path: string, content = 'x'): void {
  home.write(path, content)
  utimesSync(join(home.root, path), longAgo, longAgo)
}

function record(home: Home, stem: string, stdout = ''): void {
  const started_at = `${stem.slice(0, 10)}T${stem.slice(11, 19).replaceAll('-', ':')}.000Z`
  const run = {
    button: 'hello',
    started_at,
    exit_code: 0,
    stdout,
    stderr: '',
    status: 'ok',
    run_id: '0123456789abcdef',
  }
  home.write(`${folder}/${stem}.json`, JSON.stringify(run))
}

async function gc(home: Home): Promise<Collected> {
  return buttons('gc').in(home).data<Collected>()
}

test('nothing is there to be removed', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  await buttons('press hello').in(home).data()
  expect(await gc(home)).toMatchObject({ records: 0, files: 0, bytes: 0 })
  await buttons('gc').in(home).onTerminal().expect({ stdout: 'Nothing to remove\n' })
})

test('old records go with what lies beside them, and the newest always stays', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  for (const day of ['01', '02', '03']) record(home, `2026-03-${day}T00-00-00Z`)
  const first = '2026-03-01T00-00-00Z'
  for (const end of ['.progress.jsonl', '.stdout', '.stderr', '.steps.jsonl', '.artifacts/a/b'])
    home.write(`${folder}/${first}${end}`, 'some bytes')
  await buttons('config set history-max-age 24h').in(home).data()
  const plan = await buttons('gc --summary').in(home).data<{ would: Collected }>()
  expect(home.list(folder)).toHaveLength(8)
  const done = await gc(home)
  expect(done).toMatchObject({ records: 2, files: 5, bytes: expect.any(Number) })
  expect(plan.would).toEqual(done)
  expect(home.list(folder)).toEqual(['2026-03-03T00-00-00Z.json'])
  await buttons('history')
    .in(home)
    .expect({ data: [expect.anything()] })
})

test('a press removes what is too old for its target, too', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  record(home, '2026-03-01T00-00-00Z')
  home.write(`${folder}/2026-03-01T00-00-00Z.artifacts/x`, 'x')
  await buttons('config set history-max-age 720h').in(home).data()
  await buttons('press hello').in(home).data()
  expect(home.list(folder).filter((name) => name.startsWith('2026-03'))).toEqual([])
})

test('bytes count for a target at every press, for all of them together at gc', async () => {
  const home = homeWith({
    buttons: { hello: 'head -c 100000 /dev/zero | tr "\\\\0" x', other: 'true' },
  })
  await buttons('config set history-max-bytes 250K').in(home).data()
  for (let n = 0; n < 4; n++) await buttons('press hello').in(home).data()
  expect(
    home.list(folder).filter((name) => name.endsWith('Z.json') || /_\d+\.json$/.test(name)),
  ).toHaveLength(2)
  await buttons('config set history-max-bytes 1K').in(home).data()
  await buttons('press other').in(home).data()
  const { records } = await gc(home)
  expect(records).toBe(1)
  expect((await buttons('history').in(home).data<unknown[]>()).length).toBe(2)
})

test('what belongs to no record goes when it is old, but not what a press is writing', async () => {
  const home = runsHome({ hello: gated })
  old(home, `${folder}/2026-01-01T00-00-00Z.progress.jsonl`)
  old(home, `${folder}/2026-01-01T00-00-00Z.stdout`)
  old(home, `${folder}/notes.txt`)
  const { id } = await detach(home, 'press', 'hello')
  await atGate(home, id)
  const busy = home
    .list(folder)
    .find((name) => name.endsWith('.progress.jsonl') && !name.startsWith('2026-01'))!
  utimesSync(join(home.root, folder, busy), longAgo, longAgo)
  expect(await gc(home)).toMatchObject({ records: 0, files: 2 })
  expect(home.list(folder)).toEqual([busy, 'notes.txt'].sort())
  openGate(home)
  await buttons('wait', id)
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('leftovers of killed commands go everywhere, and only old ones', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  await buttons('press hello --idempotency-key k --idempotency-ttl 1ns').in(home).data()
  old(home, `${folder}/.tmp-1-2-ab`)
  old(home, 'data/.tmp-1-2-ab')
  old(home, 'data/idempotency/.tmp-1-2-ab')
  old(home, 'data/buttons/hello/.tmp-1-2-ab')
  home.write(`${folder}/.tmp-1-2-cd`, 'x')
  old(home, 'data/active/0000000000000001', '')
  old(home, 'data/active/0000000000000002', '{"run_id":"00')
  home.write('data/active/0000000000000003', '')
  home.write('data/active/0000000000000004.d/request.json', '{}')
  utimesSync(join(home.data, 'active/0000000000000004.d'), longAgo, longAgo)
  expect(await gc(home)).toMatchObject({ temporary: 4, active: 3, idempotency: 1 })
  expect(home.list('data/active')).toEqual(['0000000000000003'])
  expect(home.list(folder).filter((name) => name.startsWith('.tmp'))).toEqual(['.tmp-1-2-cd'])
})

test('a run that nobody resumed for long becomes a record that says so', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  const entry = {
    run_id: '0000000000000001',
    target: 'button/hello',
    started_at: '2026-01-01T00:00:00.000Z',
    pid: 1,
    status: 'interrupted',
    interrupted_at: '2026-01-01T00:00:01.000Z',
  }
  home.write('data/active/0000000000000001', `${JSON.stringify(entry)}\n`)
  expect(await gc(home)).toMatchObject({ interrupted: 1 })
  expect(home.list('data/active')).toEqual([])
  await buttons('runs show 0000000000000001')
    .in(home)
    .expect({ data: { status: 'interrupted', record: { error_type: 'INTERRUPTED' } } })
})

test('the index gives its room back', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  for (let n = 0; n < 3000; n++) {
    const minute = new Date(Date.parse('2026-03-01T00:00:00Z') + n * 60_000).toISOString()
    record(home, `${minute.slice(0, 19).replaceAll(':', '-')}Z`)
  }
  await buttons('history --last 1').in(home).data()
  const size = () => Bun.file(join(home.data, 'state.db')).size
  const before = size()
  expect(await gc(home)).toMatchObject({ records: 2900 })
  expect(size()).toBeLessThan(before / 4)
}, 60_000)
