// Files that a host uses again: nobody can tell from what is found in the end.

import { expect, test } from 'bun:test'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { emptyHome, type Home } from '../helpers/home.ts'
import { hello, makeRun, morning, openStore, recordRun } from '../helpers/records.ts'

const linux = process.platform === 'linux'
const folder = 'data/buttons/hello/pressed'
const namesIn = (home: Home) => home.list(folder).filter((name) => name !== '.baseline')

async function openKeeping(keep: number) {
  const home = emptyHome()
  const settings = { schema_version: 1, defaults: { history_keep: keep } }
  home.write('data/settings.json', JSON.stringify(settings))
  const store = await openStore(home)
  return { home, store, end: await store.keepSpares() }
}

test('records are as exact as ever while pruned files are used again', async () => {
  const { home, store, end } = await openKeeping(2)
  const inodes = new Set<number>()
  for (let at = 0; at < 12; at++) {
    await recordRun(store, morning + at * 1000, { stdout: 'x'.repeat(at % 3 ? 5 : 900) })
    for (const name of namesIn(home)) inodes.add(statSync(`${home.root}/${folder}/${name}`).ino)
  }
  end()
  const names = ['10Z.json', '10Z.progress.jsonl', '11Z.json', '11Z.progress.jsonl']
  expect(namesIn(home)).toEqual(names.map((end) => `2026-05-02T09-00-${end}`))
  const texts = names.map((name) => home.read(`${folder}/2026-05-02T09-00-${name}`))
  expect(JSON.parse(texts[0]!)).toMatchObject({ stdout: 'xxxxx' })
  expect([texts[1], texts[3]]).toEqual(['', ''])
  for (const name of namesIn(home))
    expect(statSync(`${home.root}/${folder}/${name}`).mode & 0o777).toBe(0o600)
  expect((await store.runs.list({ limit: 10 })).length).toBe(2)
  if (linux) expect(inodes.size).toBeLessThanOrEqual(8)
})

test('who has a pruned record open goes on reading it', async () => {
  const { home, store, end } = await openKeeping(1)
  await recordRun(store, morning, { stdout: 'the first' })
  const fd = openSync(`${home.root}/${folder}/2026-05-02T09-00-00Z.json`, 'r')
  for (let at = 1; at < 6; at++) await recordRun(store, morning + at * 1000)
  expect(JSON.parse(readFileSync(fd, 'utf8'))).toMatchObject({ stdout: 'the first' })
  closeSync(fd)
  end()
  expect(namesIn(home)).toEqual([
    '2026-05-02T09-00-05Z.json',
    '2026-05-02T09-00-05Z.progress.jsonl',
  ])
})

test('a run after another knows nothing of it', async () => {
  const { home, store, end } = await openKeeping(9)
  const other = await openStore(home)
  const first = await store.active.begin({ target: hello, idempotencyKey: 'k', args: { a: '1' } })
  await store.active.started(first.runId, 4_000_000)
  const { ino } = statSync(`${home.data}/active/${first.runId}`)
  first.end()
  expect(await other.active.list()).toEqual([])
  const second = await store.active.begin({ target: { kind: 'button', name: 'other' } })
  if (linux) expect(statSync(`${home.data}/active/${second.runId}`).ino).toBe(ino)
  const found = await other.active.find(second.runId)
  expect(found).toMatchObject({ held: true, entry: { run_id: second.runId, groups: [] } })
  expect(found?.entry).not.toContainAnyKeys(['idempotency_key', 'args'])
  expect(await other.active.find(first.runId)).toBeUndefined()
  second.end()
  end()
  expect(home.list('data/active')).toEqual([])
})

test('who waits for a run wakes with its record, whatever its file would serve next', async () => {
  const { home, store, end } = await openKeeping(9)
  const other = await openStore(home)
  const run = await store.active.begin({ target: hello })
  const watch = (await other.active.watch(run.runId))!
  const over = watch.wait(new AbortController().signal)
  await store.runs.record(hello, { startedMs: morning }, makeRun({ run_id: run.runId }))
  run.end()
  const next = await store.active.begin({ target: hello })
  await over
  expect(watch.isHeld()).toBe(false)
  expect(watch.entry).toMatchObject({
    run_id: run.runId,
    record: 'buttons/hello/pressed/2026-05-02T09-00-00Z.json',
  })
  watch.close()
  next.end()
  end()
  expect(home.list('data/active')).toEqual([])
})

test('a run whose host was killed is interrupted, also in a file that served before', async () => {
  const { home, store } = await openKeeping(9)
  const other = await openStore(home)
  const first = await store.active.begin({ target: hello })
  first.end()
  const second = await store.active.begin({ target: hello })
  second.release()
  expect(await other.active.list()).toMatchObject([
    { held: false, entry: { run_id: second.runId, status: 'interrupted' } },
  ])
})

test('an id in use is refused, and what a killed host kept is removed by the next', async () => {
  const { home, store, end } = await openKeeping(9)
  const run = await store.active.begin({ target: hello })
  const another = await store.active.begin({ target: hello })
  another.end()
  const { runId } = run
  const taken = (await openStore(home)).active.begin({ target: hello, runId })
  await expect(taken).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
  end()
  home.write('data/active/.spare-99-1', '{"run_id":"0123456789abcdef"}\n')
  const next = await (await openStore(home)).keepSpares()
  expect(home.list('data/active')).toEqual([runId])
  run.end()
  next()
})

test('what a killed host kept among the records is removed by the next, what a living one keeps stays', async () => {
  const { home, end } = await openKeeping(9)
  end()
  const gone = Bun.spawn(['true'])
  await gone.exited
  const spareOf = (pid: number) => `.tmp-${pid}-7-5a`
  const others = [spareOf(process.ppid), '.tmp-1-7-18c3', '2026-05-02T09-00-00Z.json'].sort()
  for (const name of [spareOf(gone.pid), ...others]) home.write(`${folder}/${name}`, '')
  const next = await (await openStore(home)).keepSpares()
  while (namesIn(home).includes(spareOf(gone.pid))) await Bun.sleep(1)
  next()
  expect(namesIn(home)).toEqual(others)
})
