import { expect, test } from 'bun:test'
import { mkdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { type Host, HostError } from '../../src/host/host.ts'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { type Home, writeButton } from '../helpers/home.ts'
import { emptyProject } from '../helpers/project.ts'
import { troubledHost } from '../helpers/trouble.ts'

interface Outcome {
  /** `done`, or the code of the failure. */
  end: string
  warnings: string[]
}

async function attempt(
  home: Home,
  failing: number,
  act: (workspace: Workspace) => Promise<unknown>,
  code?: string,
) {
  const troubled = troubledHost(home, failing, code)
  const warnings: string[] = []
  const outcome: Outcome = { end: 'done', warnings }
  try {
    await act(await createApp(troubled.host).workspace((message) => void warnings.push(message)))
  } catch (error) {
    outcome.end = (error as { code: string }).code
  }
  return { ...outcome, reached: troubled.calls > failing }
}

const leftovers = (home: Home) =>
  ['work/.buttons', 'work/.buttons/buttons/x', 'work'].flatMap((folder) =>
    home.list(folder).filter((name) => name.startsWith('.tmp')),
  )

/** Lets each write of an act fail once, each time in a fresh project. */
async function failEach(
  prepare: (home: Home) => void,
  act: (workspace: Workspace) => Promise<unknown>,
  check: (home: Home, outcome: Outcome) => void,
): Promise<number> {
  for (let failing = 0; ; failing++) {
    const home = emptyProject()
    prepare(home)
    const outcome = await attempt(home, failing, act)
    expect(leftovers(home)).toEqual([])
    check(home, outcome)
    if (!outcome.reached) return failing
  }
}

test('a disk that is full at any moment of a create leaves a whole button or none', async () => {
  const seen = new Set<string>()
  const writes = await failEach(
    () => {},
    (workspace) => workspace.create({ name: 'x', code: 'true', ignore: true }),
    (home, { end, warnings }) => {
      seen.add(end)
      const files = home.list('work/.buttons/buttons/x')
      if (end === 'done') expect(files).toEqual(['AGENT.md', 'button.json', 'main.sh', 'pressed'])
      else expect({ end, files }).toEqual({ end: 'STORAGE_ERROR', files: [] })
      for (const warning of warnings) expect(warning).toContain('the disk is full')
    },
  )
  expect(writes).toBeGreaterThan(8)
  expect([...seen].sort()).toEqual(['STORAGE_ERROR', 'done'])
})

test('a disk that is full at any moment of an app leaves a whole app or none', async () => {
  const writes = await failEach(
    (home) => void home.write('work/site/index.html', '<p>'),
    (workspace) => workspace.createApp({ name: 'x', source: 'site' }),
    (home, { end }) => {
      const files = home.list('work/.buttons/apps/x')
      if (end === 'done') expect(files).toEqual(['AGENT.md', 'button.json', 'index.html'])
      else expect(['STORAGE_ERROR', 'COPY_FAILED']).toContain(end)
      if (end !== 'done') expect(files).toEqual([])
    },
  )
  expect(writes).toBeGreaterThan(4)
})

const button = (home: Home) =>
  writeButton(
    {
      ...home,
      write: (path, ...rest) => home.write(path.replace('data/', 'work/.buttons/'), ...rest),
    },
    'x',
    { code: 'true' },
  )

test('a disk that is full at any moment of a set leaves the old spec or the new one', async () => {
  await failEach(
    button,
    (workspace) => workspace.set('x', ['description=new', 'pinned=true']),
    (home, { end }) => {
      const file = JSON.parse(home.read('work/.buttons/buttons/x/button.json')) as object
      if (end === 'done') expect(file).toMatchObject({ description: 'new', pinned: true })
      else expect(file).not.toHaveProperty('pinned')
    },
  )
})

test('a disk that fails at any moment of a delete leaves the whole button or none', async () => {
  await failEach(
    button,
    (workspace) => workspace.delete('x'),
    (home, { end }) => {
      const files = home.list('work/.buttons/buttons/x')
      if (end === 'done') expect(files).toEqual([])
      else expect(files).toContain('button.json')
    },
  )
})

test('a button whose files will not all go is deleted all the same, and tidied away later', async () => {
  const home = emptyProject()
  button(home)
  const { host } = troubledHost(home, -1)
  const stubborn: Host = {
    ...host,
    files: {
      ...host.files,
      removeTree: (path) => {
        throw new HostError('EPERM', 'remove', path)
      },
    },
  }
  const workspace = await createApp(stubborn).workspace(() => {})
  expect(await workspace.delete('x')).toMatchObject({ name: 'x' })
  expect(home.list('work/.buttons/buttons')).toEqual([])
  const log = JSON.parse(home.read('work/.buttons/history.json')) as { events: object[] }
  expect(log.events).toEqual([expect.objectContaining({ action: 'delete', target: 'button/x' })])
})

test('a read-only disk is named as such', async () => {
  const home = emptyProject()
  const outcome = await attempt(home, 0, (workspace) => workspace.create({ name: 'x' }), 'EROFS')
  expect(outcome.end).toBe('STORAGE_ERROR')
})

test('what a killed command left behind is cleared away once nobody can be working on it', async () => {
  const home = emptyProject()
  for (const name of ['.tmp-old', '.tmp-new']) {
    mkdirSync(join(home.data, name, 'pressed'), { recursive: true })
    home.write(`work/.buttons/${name}/button.json`, '{')
  }
  const file = home.write('work/.buttons/.tmp-123-4-abc', 'half a file')
  const longAgo = new Date(Date.now() - 2 * 3600 * 1000)
  for (const path of [file, join(home.data, '.tmp-old')]) utimesSync(path, longAgo, longAgo)
  const outcome = await attempt(home, -1, (workspace) => workspace.create({ name: 'x' }))
  expect(outcome).toMatchObject({ end: 'done', warnings: [] })
  expect(leftovers(home)).toEqual(['.tmp-new'])
})
