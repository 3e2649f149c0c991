import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'

function fileOf(home: Home, name: string): Record<string, unknown> {
  return JSON.parse(home.read(`data/drawers/${name}/drawer.json`)) as Record<string, unknown>
}

function writeDrawer(home: Home, name: string, file: Record<string, unknown>): void {
  home.write(`data/drawers/${name}/drawer.json`, JSON.stringify(file))
}

describe('create', () => {
  test('an action drawer is made with its notes and its history folder', async () => {
    const home = emptyHome()
    await buttons('drawer create Hello_Flow')
      .in(home)
      .expect({
        data: {
          schema_version: 2,
          name: 'hello-flow',
          drawer_kind: 'action',
          version: '1',
          steps: [],
        },
      })
    const file = fileOf(home, 'hello-flow')
    expect(Object.keys(file)).toEqual(Object.keys(file).sort())
    expect(file['created_at']).toBe(file['updated_at'] as string)
    expect(home.read('data/drawers/hello-flow/drawer.json')).not.toMatch(/\n$/)
    expect(home.list('data/drawers/hello-flow')).toEqual(['AGENT.md', 'drawer.json', 'pressed'])
    const mode = (path: string) => statSync(join(home.data, 'drawers', path)).mode & 0o777
    expect([mode('hello-flow'), mode('hello-flow/pressed')]).toEqual([0o700, 0o700])
    expect([mode('hello-flow/drawer.json'), mode('hello-flow/AGENT.md')]).toEqual([0o600, 0o600])
  })

  test('the notes hold the description', async () => {
    const home = emptyHome()
    await buttons('drawer', 'create', 'x', '--description', 'Ships it').in(home).data()
    const notes = home.read('data/drawers/x/AGENT.md')
    expect(notes).toMatch(
      /^# x\n\nShips it\n\n## Notes\n\n_Add context about this drawer here.*_\n$/,
    )
    expect(fileOf(home, 'x')['description']).toBe('Ships it')
  })

  test('a flow drawer has a flow and no steps', async () => {
    const home = emptyHome()
    await buttons('drawer create board-1 --kind=flow').in(home).data()
    const file = fileOf(home, 'board-1')
    expect(file).toMatchObject({
      schema_version: 2,
      drawer_kind: 'flow',
      flow: { initial_stage: '', manager: { agent: '' }, stages: [] },
    })
    expect(file).not.toHaveProperty('steps')
    expect(file).not.toHaveProperty('inputs')
  })

  test('a name is taken once, also by a button or a folder', async () => {
    const home = homeWith({ buttons: { deploy: 'true' } })
    home.write('data/drawers/odd/notes.txt', '')
    await buttons('drawer create x').in(home).data()
    const taken = (name: string, message: RegExp) =>
      buttons('drawer', 'create', name)
        .in(home)
        .expect({ error: { code: 'VALIDATION_ERROR', message: expect.stringMatching(message) } })
    await taken('X', /already exists/)
    await taken('odd', /already exists/)
    await taken('deploy', /already exists as a button/)
  })

  test.each(['list', 'ls', 'remove', 'schema', 'press', 'connect', '../evil', 'a/b', '', '…'])(
    '%p is no name for a drawer',
    async (name) => {
      const home = emptyHome()
      await buttons('drawer', 'create', name)
        .in(home)
        .expect({
          error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('drawer name') },
        })
      expect(home.list('data/drawers')).toEqual([])
    },
  )

  test.each([
    ['drawer create x --kind board', /board/],
    ['drawer create x --colour red', /unknown flag/],
    ['drawer create', /accepts 1 word/],
    ['drawer create x y', /accepts 1 word/],
  ])('%s is refused with an envelope', async (line, message) => {
    const home = emptyHome()
    const { stdout } = await buttons(line).in(home)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'VALIDATION_ERROR', message: expect.stringMatching(message) },
    })
    expect(home.list('data/drawers')).toEqual([])
  })

  test('a plan makes nothing', async () => {
    const home = emptyHome()
    await buttons('drawer create x --summary')
      .in(home)
      .expect({
        data: {
          drawer: 'x',
          verb: 'create',
          summary: true,
          executed: false,
          would: { create: { name: 'x' } },
        },
      })
    expect(home.list('data/drawers')).toEqual([])
    await buttons('drawer create list --summary')
      .in(home)
      .expect({ error: { code: 'VALIDATION_ERROR' } })
  })

  test('people read one line and what comes next', async () => {
    await buttons('drawer create x')
      .in(emptyHome())
      .onTerminal()
      .expect({ stdout: /✓ Created drawer x[\s\S]*buttons drawer x add BUTTON/ })
  })
})

describe('list', () => {
  test('nothing is an empty list', async () => {
    await buttons('drawer list').in(emptyHome()).expect({ data: [] })
  })

  test('whole drawers come by name, also under the short word', async () => {
    const home = emptyHome()
    await buttons('drawer create zebra').in(home).data()
    writeDrawer(home, 'alpha', { schema_version: 1, name: 'alpha', steps: [], mine: 1 })
    await buttons('drawer ls')
      .in(home)
      .expect({
        data: [
          expect.objectContaining({ name: 'alpha', mine: 1 }),
          expect.objectContaining({ name: 'zebra' }),
        ],
      })
  })

  test('a file that is not JSON is a warning', async () => {
    const home = emptyHome()
    home.write('data/drawers/broken/drawer.json', '{')
    await buttons('drawer list')
      .in(home)
      .expect({ data: [], stderr: /broken.*JSON/ })
    await buttons('drawer broken')
      .in(home)
      .expect({ error: { code: 'INTERNAL_ERROR' } })
  })

  test('a line tells name, description, steps and webhook, and text can be asked for', async () => {
    const home = emptyHome()
    writeDrawer(home, 'a', {
      schema_version: 1,
      steps: [{ id: 'x' }, { id: 'y' }],
      triggers: [{ kind: 'webhook', path: '/a' }],
    })
    writeDrawer(home, 'b', { schema_version: 1, description: 'B', steps: [] })
    for (const flag of ['--json=false', '--no-json'])
      await buttons(`drawer list ${flag}`)
        .in(home)
        .expect({ stdout: 'a\t-\tx → y\twebhook=/a\nb\tB\t\n' })
    home.write('data/webhook.json', '{"mode":"named","hostname":"h.example"}')
    await buttons('drawer list --no-json')
      .in(home)
      .expect({ stdout: /webhook=https:\/\/h\.example\/a\n/ })
  })
})

describe('schema', () => {
  test('the document comes raw in both modes', async () => {
    const { stdout } = await buttons('drawer schema --json').in(emptyHome())
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Drawer' })
    expect(stdout).toMatch(
      /drawer_kind[\s\S]*action[\s\S]*flow[\s\S]*FlowDefinition[\s\S]*FlowStage/,
    )
    await buttons('drawer schema --no-json').in(emptyHome()).expect({ stdout })
  })
})

describe('remove', () => {
  test.each(['drawer remove X', 'drawer rm X', 'drawer X remove', 'drawer X rm'])(
    '%s',
    async (line) => {
      const home = emptyHome()
      await buttons('drawer create x').in(home).data()
      await buttons(`${line} --summary`)
        .in(home)
        .expect({ data: { executed: false, would_remove: 'X' } })
      await buttons(line)
        .in(home)
        .expect({ data: { ok: true, removed: 'X' } })
      expect(home.list('data/drawers')).toEqual([])
      await buttons('drawer x')
        .in(home)
        .expect({ error: { code: 'NOT_FOUND' } })
      await buttons(line)
        .in(home)
        .expect({ error: { code: 'NOT_FOUND' } })
    },
  )

  test('one that nobody can read goes, too', async () => {
    const home = emptyHome()
    home.write('data/drawers/broken/drawer.json', '{')
    await buttons('drawer remove broken')
      .in(home)
      .expect({ data: { removed: 'broken' } })
  })
})

describe('rename', () => {
  test('the folder moves with its history, and other drawers follow', async () => {
    const home = emptyHome()
    home.write('data/drawers/old/pressed/2026-05-02T09-00-00Z.json', '{}')
    writeDrawer(home, 'old', {
      schema_version: 2,
      name: 'old',
      drawer_kind: 'action',
      steps: [],
      extra: 1,
    })
    const step = { id: 's', kind: 'drawer', drawer: 'old' }
    writeDrawer(home, 'parent', {
      schema_version: 1,
      steps: [step],
      on_error: { drawer: 'old' },
      extra: 2,
    })
    writeDrawer(home, 'other', { schema_version: 1, steps: [] })
    const other = home.read('data/drawers/other/drawer.json')
    await buttons('drawer old rename New_Name --summary')
      .in(home)
      .expect({
        data: {
          executed: false,
          would: { rename: { from: 'old', to: 'new-name', rewritten: ['parent'] } },
        },
      })
    await buttons('drawer Old rename New_Name')
      .in(home)
      .expect({
        data: { ok: true, renamed: 'Old', name: 'new-name', rewritten: ['parent'] },
      })
    expect(home.list('data/drawers')).toEqual(['new-name', 'other', 'parent'])
    expect(home.list('data/drawers/new-name/pressed')).toContain('2026-05-02T09-00-00Z.json')
    expect(fileOf(home, 'new-name')).toMatchObject({ name: 'new-name', extra: 1 })
    expect(fileOf(home, 'parent')).toMatchObject({
      steps: [{ drawer: 'new-name' }],
      on_error: { drawer: 'new-name' },
      extra: 2,
    })
    expect(home.read('data/drawers/other/drawer.json')).toBe(other)
  })

  test('a name that is taken or reserved is refused', async () => {
    const home = homeWith({ buttons: { deploy: 'true' } })
    await buttons('drawer create a').in(home).data()
    await buttons('drawer create b').in(home).data()
    for (const name of ['b', 'deploy', 'schema', 'a'])
      await buttons(`drawer a rename ${name}`)
        .in(home)
        .expect({ error: { code: 'VALIDATION_ERROR' } })
    await buttons('drawer gone rename c')
      .in(home)
      .expect({ error: { code: 'NOT_FOUND' } })
  })
})

describe('words', () => {
  test.each(['drawer', 'drawer --help', 'drawer -h', 'drawer x --help', 'drawer x set -h'])(
    '%s shows help',
    async (line) => {
      await buttons(line)
        .in(emptyHome())
        .expect({ stdout: /buttons drawer create NAME[\s\S]*buttons drawer NAME connect/ })
    },
  )

  test('an unknown verb comes after an unknown drawer', async () => {
    const home = emptyHome()
    await buttons('drawer x frob')
      .in(home)
      .expect({ error: { code: 'NOT_FOUND' } })
    await buttons('drawer create x').in(home).data()
    await buttons('drawer x ad')
      .in(home)
      .expect({
        error: { code: 'UNKNOWN_VERB', hint: expect.stringMatching(/Did you mean "add".*connect/) },
      })
    await buttons('drawer x ad --summary')
      .in(home)
      .expect({ error: { code: 'UNKNOWN_VERB' } })
  })

  test('the nearest name is told', async () => {
    const home = emptyHome()
    await buttons('drawer create release').in(home).data()
    await buttons('drawer relaese')
      .in(home)
      .expect({ error: { code: 'NOT_FOUND', hint: expect.stringContaining('"release"') } })
  })

  test('flags that every verb knows may stand anywhere', async () => {
    const home = emptyHome()
    await buttons('drawer --no-input create --json x --summary=true')
      .in(home)
      .expect({ data: { executed: false } })
    await buttons('drawer create x --summary=false')
      .in(home)
      .expect({ data: { name: 'x' } })
  })
})

test('what was done to a drawer is in the lifecycle log', async () => {
  const home = homeWith({ buttons: { greet: 'true' } })
  for (const line of ['create x', 'x add greet', 'x set description=Hi', 'x rename y', 'remove y'])
    await buttons(`drawer ${line}`).in(home).data()
  const { events } = JSON.parse(home.read('data/history.json')) as {
    events: { action: string; target: string; folder_hash?: string }[]
  }
  expect(events.map(({ action, target }) => `${action} ${target}`)).toEqual([
    'create drawer/x',
    'edit drawer/x',
    'edit drawer/x',
    'delete drawer/x',
    'create drawer/y',
    'delete drawer/y',
  ])
  expect(events[0]!.folder_hash).toMatch(/^[0-9a-f]{64}$/)
})
