// state.db as the index of the run history (buttons.md 7.6): it follows the files, whoever changes
// them, and is never in the way.

import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { openBunHost } from '#host/bun.ts'
import { HostError } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { openRuns } from '#store/files/runs/runs.ts'
import { composeQuery } from '#store/sqlite/choose.ts'
import { schema } from '#store/sqlite/schema.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { hello, makeRun, morning, openStore, recordRun, writeRecord } from '../helpers/records.ts'

const folder = 'buttons/hello/pressed'
const file = (hour: number) => `${folder}/2026-05-02T0${hour}-00-00Z.json`
const at = (hour: number) => morning + (hour - 9) * 3600_000

/** A home with three recorded runs, at 6, 7 and 8 o'clock, and an index that knows them. */
async function indexedHome(): Promise<{ home: Home; store: Store }> {
  const home = emptyHome()
  const store = await openStore(home)
  for (const hour of [6, 7, 8]) await recordRun(store, at(hour), { stdout: `${hour}` })
  settle(home)
  expect(await texts(store)).toEqual(['8', '7', '6'])
  return { home, store }
}

/** As if the folder had not been touched for a while, so that its time is trusted. */
function settle(home: Home, seconds = 60): void {
  const then = Date.now() / 1000 - seconds
  utimesSync(`${home.data}/${folder}`, then, then)
}

async function texts(store: Store): Promise<string[]> {
  return (await store.runs.list({})).map((run) => run.stdout)
}

function query<T>(home: Home, sql: string): T[] {
  const database = new Database(`${home.data}/state.db`)
  try {
    return database.query(sql).all() as T[]
  } finally {
    database.close()
  }
}

test('a press leaves an index in WAL mode that only its owner may read', async () => {
  const home = emptyHome()
  await recordRun(await openStore(home), morning)
  expect(query(home, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
  expect(query(home, 'PRAGMA user_version')).toEqual([{ user_version: 1 }])
  for (const name of home.list('data').filter((name) => name.startsWith('state.db')))
    expect(statSync(`${home.data}/${name}`).mode & 0o777).toBe(0o600)
  expect(query(home, 'SELECT file, status FROM runs')).toEqual([
    { file: `${folder}/2026-05-02T09-00-00Z.json`, status: 'ok' },
  ])
  expect(query(home, 'SELECT * FROM scans')).toEqual([
    { kind: 'button', name: 'hello', dir_mtime_ns: '0' },
  ])
})

test('the index has exactly the tables and indexes of the contract', async () => {
  const home = emptyHome()
  await recordRun(await openStore(home), morning)
  const made = query<{ name: string }>(home, 'SELECT name FROM sqlite_schema ORDER BY name')
  expect(made.map(({ name }) => name)).toEqual([
    'runs',
    'runs_failed',
    'runs_id',
    'runs_recent',
    'runs_target',
    'scans',
  ])
})

test('rows of pruned records go with them', async () => {
  const home = emptyHome()
  home.write('data/settings.json', '{"defaults":{"history_keep":2}}')
  const store = await openStore(home)
  for (const hour of [6, 7, 8]) await recordRun(store, at(hour))
  const rows = query<{ file: string }>(home, 'SELECT file FROM runs ORDER BY file')
  expect(rows.map((row) => row.file)).toEqual([file(7), file(8)])
})

test('deleting the index loses nothing', async () => {
  const { home } = await indexedHome()
  for (const end of ['', '-wal', '-shm']) rmSync(`${home.data}/state.db${end}`, { force: true })
  expect(await texts(await openStore(home))).toEqual(['8', '7', '6'])
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 3 }])
})

test('deleting the index without its log loses nothing', async () => {
  const { home } = await indexedHome()
  rmSync(`${home.data}/state.db`)
  expect(await texts(await openStore(home))).toEqual(['8', '7', '6'])
})

test('an index that is deleted while we hold it open is made again', async () => {
  const { home, store } = await indexedHome()
  rmSync(`${home.data}/state.db`)
  await recordRun(store, at(9), { stdout: '9' })
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 1 }])
  expect(await texts(store)).toEqual(['9', '8', '7', '6'])
})

test('a record added, removed or edited by hand is seen by the next reader', async () => {
  const { home, store } = await indexedHome()
  settle(home)
  await texts(store)
  writeRecord(home, file(9), makeRun({ started_at: new Date(at(9)).toISOString(), stdout: '9' }))
  expect(await texts(store)).toEqual(['9', '8', '7', '6'])
  rmSync(`${home.data}/${file(7)}`)
  expect(await texts(store)).toEqual(['9', '8', '6'])
  const edited = { started_at: new Date(at(8)).toISOString(), stdout: 'edited' }
  writeRecord(home, file(8), makeRun(edited))
  expect(await texts(store)).toEqual(['9', 'edited', '6'])
})

test('a record edited in place, in a folder that did not change, is read and indexed again', async () => {
  const { home, store } = await indexedHome()
  settle(home)
  await texts(store)
  writeRecord(
    home,
    file(8),
    makeRun({ started_at: new Date(at(5)).toISOString(), status: 'error', stdout: 'edited' }),
  )
  settle(home)
  expect(await texts(store)).toEqual(['7', '6', 'edited'])
  const [row] = query<object>(home, `SELECT status, started_ms FROM runs WHERE file = '${file(8)}'`)
  expect(row).toEqual({ status: 'error', started_ms: at(5) })
})

test('a record that no longer parses makes room for the next one', async () => {
  const { home, store } = await indexedHome()
  settle(home)
  await texts(store)
  home.write(`data/${file(8)}`, '{"button": "hel')
  settle(home)
  expect((await store.runs.list({ limit: 2 })).map((run) => run.stdout)).toEqual(['7', '6'])
  expect(await texts(store)).toEqual(['7', '6'])
})

test('a removed record behind an unchanged folder time makes room for the next one', async () => {
  const { home, store } = await indexedHome()
  settle(home, 100)
  await texts(store)
  const before = statSync(`${home.data}/${folder}`)
  rmSync(`${home.data}/${file(8)}`)
  utimesSync(`${home.data}/${folder}`, before.atimeMs / 1000, before.mtimeMs / 1000)
  expect((await store.runs.list({ limit: 2 })).map((run) => run.stdout)).toEqual(['7', '6'])
})

test('a folder that changed a moment ago is listed again, one that did not is trusted', async () => {
  const { home, store } = await indexedHome()
  const scan = () => query<{ dir_mtime_ns: string }>(home, 'SELECT dir_mtime_ns FROM scans')[0]
  settle(home, 1)
  await texts(store)
  expect(scan()).toEqual({ dir_mtime_ns: '0' })
  settle(home, 3)
  await texts(store)
  const mtime = statSync(`${home.data}/${folder}`, { bigint: true }).mtimeNs
  expect(scan()).toEqual({ dir_mtime_ns: String(mtime) })
})

test('a folder whose time is trusted is neither listed nor are its files looked at', async () => {
  const { home, store } = await indexedHome()
  settle(home)
  await texts(store)
  const { files } = openBunHost()
  const touched: string[] = []
  const watched = await openStore(home, {
    files: {
      ...files,
      list: (path) => (touched.push(path), files.list(path)),
      stat: (path) => (touched.push(path), files.stat(path)),
    },
  })
  await watched.runs.list({ target: hello, limit: 1 })
  const inside = touched.filter((path) => path.startsWith(`${home.data}/buttons/`))
  expect(inside).toEqual([`${home.data}/${folder}`, `${home.data}/${file(8)}`])
})

test('a deleted target takes its rows along, by command or by hand', async () => {
  const { home, store } = await indexedHome()
  home.write('data/buttons/hello/button.json', '{}')
  writeRecord(home, 'buttons/other/pressed/2026-05-02T05-00-00Z.json', makeRun({ stdout: 'o' }))
  expect(await texts(store)).toEqual(['o', '8', '7', '6'])
  await store.buttons.remove('hello')
  await store.settle()
  expect(query(home, 'SELECT DISTINCT name FROM runs')).toEqual([{ name: 'other' }])
  rmSync(`${home.data}/buttons/other`, { recursive: true })
  expect(await texts(store)).toEqual([])
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 0 }])
  expect(query(home, 'SELECT count(*) AS n FROM scans')).toEqual([{ n: 0 }])
})

const ruins: [string, (home: Home) => void][] = [
  ['garbage', (home) => home.write('data/state.db', 'x'.repeat(9000))],
  ['an empty file', (home) => home.write('data/state.db', '')],
  ['a database of another version', (home) => void query(home, 'PRAGMA user_version = 7')],
  ['a database without tables', (home) => dropAll(home)],
  ['a damaged page', (home) => damage(home)],
]

function withoutLog(home: Home): void {
  for (const end of ['-wal', '-shm']) rmSync(`${home.data}/state.db${end}`, { force: true })
}

function dropAll(home: Home): void {
  const database = new Database(`${home.data}/state.db`)
  database.run('DROP TABLE runs; DROP TABLE scans')
  database.close()
}

function damage(home: Home): void {
  const bytes = readFileSync(`${home.data}/state.db`)
  bytes.fill(0x5a, 4096)
  home.write('data/state.db', bytes)
}

/** Folds the log into the database, so that the file alone is the index. */
function fold(home: Home): void {
  query(home, 'PRAGMA wal_checkpoint(TRUNCATE)')
  withoutLog(home)
}

test.each(ruins)('%s in the place of the index is replaced, by a reader', async (_, ruin) => {
  const { home } = await indexedHome()
  fold(home)
  ruin(home)
  const store = await openStore(home)
  expect(await texts(store)).toEqual(['8', '7', '6'])
  expect(query(home, 'PRAGMA user_version')).toEqual([{ user_version: 1 }])
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 3 }])
  expect(statSync(`${home.data}/state.db`).mode & 0o777).toBe(0o600)
})

test.each(ruins)('%s in the place of the index is replaced, by a press', async (_, ruin) => {
  const { home } = await indexedHome()
  fold(home)
  ruin(home)
  const store = await openStore(home)
  await recordRun(store, at(9), { stdout: '9' })
  expect(query(home, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(query(home, 'PRAGMA user_version')).toEqual([{ user_version: 1 }])
  expect(await texts(store)).toEqual(['9', '8', '7', '6'])
})

test('where a log cannot be had, the index does without', async () => {
  const home = emptyHome()
  mkdirSync(`${home.data}/state.db-shm/in-the-way`, { recursive: true })
  await recordRun(await openStore(home), morning)
  expect(query(home, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }])
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 1 }])
})

test('a directory in the place of the index stops neither presses nor readers', async () => {
  const home = emptyHome()
  mkdirSync(`${home.data}/state.db/in-the-way`, { recursive: true })
  const store = await openStore(home)
  await recordRun(store, morning, { stdout: 'here' })
  expect(await texts(store)).toEqual(['here'])
  expect(existsSync(`${home.data}/state.db/in-the-way`)).toBe(true)
})

test('a data directory that may only be read is listed by its files', async () => {
  const { home } = await indexedHome()
  fold(home)
  rmSync(`${home.data}/state.db`)
  const { files, locks } = openBunHost()
  const refuse = (operation: string) => (path: string) => {
    throw new HostError('EROFS', operation, path)
  }
  const store = await openStore(home, {
    files: { ...files, create: refuse('open'), place: refuse('open'), remove: refuse('unlink') },
    locks,
  })
  expect(await texts(store)).toEqual(['8', '7', '6'])
  expect(home.list('data')).not.toContain('state.db')
})

test('an index that answers nobody, as one that is locked for ever, is not asked twice', async () => {
  const home = emptyHome()
  await openStore(home)
  const locked = () => {
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  }
  const runs = openRuns({
    host: { ...openBunHost(), env: home.env },
    dataDirectory: home.data,
    retention: async () => ({ keep: 100 }),
    loadIndex: async () => ({
      warm: locked,
      write: locked,
      list: locked,
      find: locked,
      shrink: locked,
    }),
  })
  await runs.record(hello, { startedMs: morning }, makeRun())
  await runs.settle()
  expect(await runs.list({})).toEqual([makeRun()])
})

test('several runs are written at once when they are settled', async () => {
  const home = emptyHome()
  const store = await openStore(home)
  for (const hour of [6, 7]) await store.runs.record(hello, { startedMs: at(hour) }, makeRun())
  expect(home.list('data')).not.toContain('state.db')
  await store.settle()
  expect(query(home, 'SELECT count(*) AS n FROM runs')).toEqual([{ n: 2 }])
})

test('a long log is folded into the database', async () => {
  const home = emptyHome()
  const store = await openStore(home)
  const logBytes = () => statSync(`${home.data}/state.db-wal`).size
  const sizes: number[] = []
  for (let i = 0; i < 60; i++) {
    await recordRun(store, morning + i * 1000, { args: { text: 'x'.repeat(20_000) } })
    sizes.push(logBytes())
  }
  expect(Math.max(...sizes)).toBeLessThan(2 * 1024 * 1024)
  expect(sizes).toContain(0)
  expect(await store.runs.list({})).toHaveLength(60)
})

test.each([
  [{}, 'runs_recent'],
  [{ limit: 20 }, 'runs_recent'],
  [{ kinds: ['button'], limit: 20 }, 'runs_recent'],
  [{ failedOnly: true, limit: 20 }, 'runs_failed'],
  [{ target: hello, limit: 20 }, 'runs_target'],
  [{ target: hello, failedOnly: true }, 'runs_target'],
] as const)('the query %j walks %s and sorts nothing', (asked, walked) => {
  const database = new Database(':memory:')
  database.run(schema)
  const { sql, values } = composeQuery(asked)
  const plan = database.query(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]
  const details = plan.map(({ detail }) => detail).join('; ')
  expect(details).toContain(walked)
  expect(details).not.toContain('TEMP B-TREE')
  database.close()
})
