import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '../../src/host/bun.ts'
import type { Files } from '../../src/host/host.ts'
import type { LifecycleEvent } from '../../src/spec/lifecycle.ts'
import { openLooks } from '../../src/store/files/baseline.ts'
import { hashFolder } from '../../src/store/files/folderHash.ts'
import { openLifecycle } from '../../src/store/files/lifecycle.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const target = { kind: 'button', name: 'x' } as const

function open(home: Home) {
  const host = openBunHost()
  const touched: string[] = []
  const watched = ['find', 'findText', 'replace'] as const satisfies (keyof Files)[]
  const files: Files = { ...host.files }
  for (const name of watched) {
    const act = files[name] as (...args: unknown[]) => unknown
    Object.assign(files, {
      [name]: (path: string, ...rest: unknown[]) => {
        touched.push(`${name} ${path.slice(home.data.length + 1)}`)
        return act(path, ...rest)
      },
    })
  }
  const watchedHost = { ...host, files }
  return { log: openLifecycle(watchedHost, home.data, openLooks(watchedHost)), touched }
}

function home() {
  const here = homeWith({ buttons: { x: 'true' } })
  here.write('data/buttons/x/pressed/2026-05-02T09-00-00Z.json', '{}')
  return here
}
const actions = (events: LifecycleEvent[]) => events.map(({ action, origin }) => [action, origin])

test('events keep their order, and dependencies are sorted', async () => {
  const here = home()
  const { log } = open(here)
  await log.append({
    action: 'add',
    package_name: '@d/b',
    dependencies: [{ name: '@d/z' }, { name: '@d/a' }],
  })
  await log.append({ action: 'install', installed: [] })
  expect(JSON.parse(here.read('data/history.json'))).toEqual({
    schema_version: 1,
    events: [
      {
        action: 'add',
        occurred_at: expect.stringMatching(/Z$/),
        package_name: '@d/b',
        dependencies: [{ name: '@d/a' }, { name: '@d/z' }],
      },
      { action: 'install', occurred_at: expect.any(String) },
    ],
  })
  expect(statSync(join(here.data, 'history.json')).mode & 0o777).toBe(0o600)
})

test('an event without an action is refused', () => {
  const { log } = open(home())
  expect(log.append({ action: '' as 'add' })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
})

test('a folder is hashed by path, length and bytes, without its records and install state', () => {
  const here = home()
  here.write('data/buttons/x/lib/b.txt', 'bb')
  here.write('data/buttons/x/lib/pressed/kept', '')
  here.write('data/buttons/x/pressed/r.json', '{}')
  here.write('data/buttons/x/.buttons-install-state.json', '{}')
  const spec = here.read('data/buttons/x/button.json')
  const expected = createHash('sha256')
  for (const [path, text] of [
    ['button.json', spec],
    ['lib/b.txt', 'bb'],
    ['lib/pressed/kept', ''],
    ['main.sh', 'true'],
  ])
    expected.update(`${path}\0${Buffer.byteLength(text!)}\0${text}`)
  const host = openBunHost()
  expect(hashFolder(host, join(here.data, 'buttons/x'))).toBe(expected.digest('hex'))
})

test('an edit by hand is noticed once', async () => {
  const here = home()
  const { log } = open(here)
  await log.logChange({ action: 'create', target })
  await log.noticeEdit(target)
  writeFileSync(join(here.data, 'buttons/x/main.sh'), 'echo edited')
  await log.noticeEdit(target)
  await log.noticeEdit(target)
  const events = await log.list()
  expect(actions(events)).toEqual([
    ['create', undefined],
    ['edit', 'file'],
  ])
  expect(events[1]!.folder_hash).toBe(hashFolder(openBunHost(), join(here.data, 'buttons/x')))
})

test.each<[string, (folder: string) => void]>([
  ['a new file', (folder) => writeFileSync(join(folder, 'new.txt'), '')],
  ['a renamed file', (folder) => renameSync(join(folder, 'main.sh'), join(folder, 'other.sh'))],
  [
    'a replaced file of the same size and time',
    (folder) => {
      const { atime, mtime } = statSync(join(folder, 'main.sh'))
      writeFileSync(join(folder, 'aside'), 'fals')
      utimesSync(join(folder, 'aside'), atime, mtime)
      renameSync(join(folder, 'aside'), join(folder, 'main.sh'))
    },
  ],
])('%s is an edit', async (_, edit) => {
  const here = home()
  const { log } = open(here)
  await log.logChange({ action: 'create', target })
  edit(join(here.data, 'buttons/x'))
  await log.noticeEdit(target)
  expect(actions(await log.list()).at(-1)).toEqual(['edit', 'file'])
})

test('a file that was only touched is no edit', async () => {
  const here = home()
  const { log } = open(here)
  await log.logChange({ action: 'create', target })
  utimesSync(join(here.data, 'buttons/x/main.sh'), new Date(0), new Date(0))
  await log.noticeEdit(target)
  expect(await log.list()).toHaveLength(1)
})

test('a target that was never logged has nothing to compare with', async () => {
  const here = home()
  const { log } = open(here)
  await log.noticeEdit(target)
  writeFileSync(join(here.data, 'buttons/x/main.sh'), 'echo edited')
  await log.noticeEdit(target)
  expect(here.list('data')).not.toContain('history.json')
})

test('as long as nothing changes only the baseline is read', async () => {
  const here = home()
  await open(here).log.logChange({ action: 'create', target })
  const { log, touched } = open(here)
  await log.noticeEdit(target)
  expect(touched).toEqual(['findText buttons/x/pressed/.baseline'])
})

test('a command that rewrites a spec is an edit of its own kind', async () => {
  const here = home()
  const { log } = open(here)
  await log.logChange({ action: 'edit', target })
  await log.logChange({ action: 'delete', target })
  expect(await log.list()).toEqual([
    {
      action: 'edit',
      occurred_at: expect.any(String),
      target: 'button/x',
      folder_hash: expect.any(String),
      origin: 'command',
    },
    { action: 'delete', occurred_at: expect.any(String), target: 'button/x' },
  ])
})

test('a log nobody can read fails a change but never a press', async () => {
  const here = home()
  const { log } = open(here)
  here.write('data/history.json', '{"events":')
  expect(log.logChange({ action: 'create', target })).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
  })
  await log.noticeEdit(target)
  await log.noticeEdit({ kind: 'button', name: 'gone' })
  expect(here.read('data/history.json')).toBe('{"events":')
  expect(here.list('data/buttons')).toEqual(['x'])
})

test('the baseline is private and no record', async () => {
  const here = home()
  await open(here).log.logChange({ action: 'create', target })
  const path = join(here.data, 'buttons/x/pressed/.baseline')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const records = here.list('data/buttons/x/pressed').filter((name) => name.endsWith('.json'))
  expect(records).toEqual(['2026-05-02T09-00-00Z.json'])
})
