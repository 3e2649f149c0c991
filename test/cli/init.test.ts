import { expect, test } from 'bun:test'
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { emptyProject } from '../helpers/project.ts'

const mode = (path: string) => statSync(path).mode & 0o777

/** A working directory without anything, in which init makes its own. */
function bareHome(): Home {
  const home = emptyHome()
  const { BUTTONS_HOME: _, ...env } = home.env
  return { ...home, env }
}

test('a project gets its folder, its guide and its .gitignore', async () => {
  const home = bareHome()
  const folder = join(home.cwd, '.buttons')
  await buttons('init')
    .in(home)
    .expect({
      json: {
        ok: true,
        data: {
          path: folder,
          created: true,
          agent_md: join(folder, 'AGENTS.md'),
          agent_installs: [],
        },
      },
    })
  expect(home.list('work/.buttons')).toEqual(['.gitignore', 'AGENTS.md', 'buttons', 'drawers'])
  expect(mode(folder)).toBe(0o700)
  expect(mode(join(folder, '.gitignore'))).toBe(0o600)
  const guide = home.read('work/.buttons/AGENTS.md')
  expect(guide).toStartWith('# Buttons\n')
  expect(guide).toContain('This folder is managed by')
  for (const line of ['batteries.json', 'buttons/*/pressed/', 'history.json', 'state.db*'])
    expect(home.read('work/.buttons/.gitignore').split('\n')).toContain(line)
})

test('it works on the working directory, whatever else is active', async () => {
  const home = emptyProject()
  mkdirSync(join(home.cwd, 'inner'))
  const inner = join(home.cwd, 'inner')
  await buttons('init')
    .in(home)
    .env({ BUTTONS_HOME: home.root })
    .from(inner)
    .expect({ data: { path: join(inner, '.buttons'), created: true } })
  expect(home.list('buttons')).toEqual([])
})

const everyAgent = 'cursor,claude,cline,copilot,agents-md,openclaw,hermes'
const files = [
  '.cursor/rules/buttons.mdc',
  'CLAUDE.md',
  '.clinerules',
  '.github/copilot-instructions.md',
  'AGENTS.md',
]

test('every agent gets its file, readable for all, and a second run changes no byte', async () => {
  const home = bareHome()
  const first = await buttons(`init --agent ${everyAgent}`).in(home).data<InitData>()
  expect(first.agent_installs).toEqual([
    { target_id: 'cursor', path: join(home.cwd, files[0]!), action: 'created' },
    { target_id: 'claude', path: join(home.cwd, files[1]!), action: 'created' },
    { target_id: 'cline', path: join(home.cwd, files[2]!), action: 'created' },
    { target_id: 'copilot', path: join(home.cwd, files[3]!), action: 'created' },
    { target_id: 'agents-md', path: join(home.cwd, files[4]!), action: 'created' },
    { target_id: 'openclaw', path: join(home.cwd, files[4]!), action: 'updated' },
    { target_id: 'hermes', path: join(home.cwd, files[4]!), action: 'updated' },
  ])
  const all = [...files, '.buttons/AGENTS.md', '.buttons/.gitignore']
  const look = () =>
    all.map((file) => {
      const path = join(home.cwd, file)
      return { file, text: readFileSync(path, 'utf8'), time: statSync(path).mtimeMs }
    })
  const before = look()
  for (const file of files) expect(mode(join(home.cwd, file))).toBe(0o644)
  expect(mode(join(home.cwd, '.cursor'))).toBe(0o750)
  const second = await buttons(`init --agent ${everyAgent}`).in(home).data<InitData>()
  expect(second.created).toBe(false)
  expect(second.agent_installs.map(({ action }) => action)).toEqual(Array(7).fill('updated'))
  expect(look()).toEqual(before)
})

interface InitData {
  created: boolean
  agent_installs: { target_id: string; path: string; action: string }[]
}

test('what people wrote stays, an old section goes', async () => {
  const home = bareHome()
  home.write('work/CLAUDE.md', '# Mine\n')
  home.write('work/AGENTS.md', 'top\n<!-- BUTTONS:START -->\nstale\n<!-- BUTTONS:END -->\nbottom\n')
  await buttons('init --agent claude --agent agents-md')
    .in(home)
    .expect({ data: { agent_installs: [{ action: 'appended' }, { action: 'updated' }] } })
  expect(home.read('work/CLAUDE.md')).toStartWith('# Mine\n\n<!-- BUTTONS:START -->\n## Buttons\n')
  const agents = home.read('work/AGENTS.md')
  expect(agents).toStartWith('top\n<!-- BUTTONS:START -->\n')
  expect(agents).toEndWith('<!-- BUTTONS:END -->\nbottom\n')
  expect(agents).not.toContain('stale')
  expect(agents.match(/BUTTONS:START/g)).toHaveLength(1)
})

test('a .gitignore that is there is topped up and otherwise left alone', async () => {
  const home = bareHome()
  home.write('work/.buttons/.gitignore', '# ours\nhistory.json\n*.log\n')
  await buttons('init')
    .in(home)
    .expect({ data: { created: false } })
  const text = home.read('work/.buttons/.gitignore')
  expect(text).toStartWith('# ours\nhistory.json\n*.log\n\n# ')
  expect(text.match(/^history\.json$/gm)).toHaveLength(1)
  expect(text).toContain('\nbatteries.json\n')
})

test.each([
  ['--agent emacs', 'One of cursor'],
  ['--agent claud', 'Did you mean "claude"?'],
  ['--agent none,claude', 'One of cursor'],
])('%s is refused before anything is written', async (flags, hint) => {
  const home = bareHome()
  await buttons(`init ${flags}`)
    .in(home)
    .expect({
      error: { code: 'VALIDATION_ERROR', hint: expect.stringContaining(hint) },
      stderr: /^Cannot set up agent/,
    })
  expect(home.list('work')).toEqual([])
})

test('no agent may be named in several ways', async () => {
  for (const flags of [['--agent', 'none'], ['--agent', ''], ['--no-input']]) {
    const home = bareHome()
    await buttons('init', ...flags)
      .in(home)
      .expect({ data: { agent_installs: [] } })
    expect(home.list('work')).toEqual(['.buttons'])
  }
})

test.each([
  ['2\n', ['.buttons', 'CLAUDE.md']],
  ['claude\n', ['.buttons', 'CLAUDE.md']],
  ['0\n', ['.buttons']],
  ['\n', ['.buttons']],
])('a person is asked for the agent and answers %j', async (answer, made) => {
  const home = bareHome()
  await buttons('init')
    .in(home)
    .onTerminal()
    .stdin(answer)
    .expect({ stdout: /Which coding agent.*2 {2}Claude Code.*Created/s })
  expect(home.list('work')).toEqual(made)
})

test('a number that no agent has is refused before anything is written', async () => {
  const home = bareHome()
  await buttons('init')
    .in(home)
    .onTerminal()
    .stdin('9\n')
    .expect({ exit: 1, stdout: /Cannot set up agent "9"/ })
  expect(home.list('work')).toEqual([])
})

test('a link to a file inside the project is followed, one that leads out is refused', async () => {
  const home = emptyProject()
  home.write('work/docs/agents.md', 'mine\n')
  symlinkSync('docs/agents.md', join(home.cwd, 'CLAUDE.md'))
  await buttons('init --agent claude').in(home).expect({ data: {} })
  expect(readlinkSync(join(home.cwd, 'CLAUDE.md'))).toBe('docs/agents.md')
  expect(home.read('work/docs/agents.md')).toStartWith('mine\n\n<!-- BUTTONS:START -->')

  const victim = home.write('victim', 'untouched')
  unlinkSync(join(home.cwd, 'CLAUDE.md'))
  symlinkSync(victim, join(home.cwd, 'CLAUDE.md'))
  await buttons('init --agent claude')
    .in(home)
    .expect({ error: { message: expect.stringContaining('leads out of the project') } })
  symlinkSync(home.root, join(home.cwd, '.github'))
  await buttons('init --agent copilot')
    .in(home)
    .expect({ error: { message: expect.stringContaining('leads out of the project') } })
  expect(home.read('victim')).toBe('untouched')
  expect(home.list('.')).not.toContain('copilot-instructions.md')
})

test('a guide that is a link to a file of somebody else is not written over', async () => {
  const home = emptyProject()
  home.write('work/AGENTS.md', 'mine')
  symlinkSync('../AGENTS.md', join(home.cwd, '.buttons/AGENTS.md'))
  await buttons('init')
    .in(home)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('it is a link') },
    })
  expect(home.read('work/AGENTS.md')).toBe('mine')
})

test('a file that is not UTF-8 is left alone', async () => {
  const home = bareHome()
  const bytes = new Uint8Array([0x6d, 0xff, 0xfe, 0x0a])
  writeFileSync(join(home.cwd, 'CLAUDE.md'), bytes)
  await buttons('init --agent claude')
    .in(home)
    .expect({ error: { message: expect.stringContaining('not UTF-8') } })
  expect(new Uint8Array(readFileSync(join(home.cwd, 'CLAUDE.md')))).toEqual(bytes)
})

test('a file called .buttons stands in the way', async () => {
  const home = bareHome()
  home.write('work/.buttons', '')
  await buttons('init')
    .in(home)
    .expect({ error: { code: 'STORAGE_ERROR' } })
})

test('--summary writes nothing', async () => {
  const home = bareHome()
  await buttons('init --agent claude --summary')
    .in(home)
    .expect({
      data: {
        executed: false,
        would: {
          path: join(home.cwd, '.buttons'),
          created: true,
          agent_files: [join(home.cwd, 'CLAUDE.md')],
        },
      },
    })
  expect(home.list('work')).toEqual([])
})

test('the list of buttons follows create, set and delete', async () => {
  const home = emptyProject()
  await buttons('create b')
    .in(home)
    .expect({ data: { agents_md: 'created' } })
  await buttons('create', 'a', '-d', 'Ship <it>')
    .in(home)
    .expect({ data: { agents_md: 'updated' } })
  expect(mode(join(home.cwd, 'AGENTS.md'))).toBe(0o644)
  expect(home.read('work/AGENTS.md')).toContain(
    '\n- `buttons press a` — Ship <it>\n- `buttons press b`\n<!-- BUTTONS:LIST:END -->\n',
  )
  await buttons('press b').in(home).expect({ data: {} })
  await buttons('set a description=Ships').in(home).expect({ data: {} })
  expect(home.read('work/AGENTS.md')).toContain(
    '\n- `buttons press b`\n- `buttons press a` — Ships\n<!-- BUTTONS:LIST:END -->\n',
  )
  await buttons('delete b')
    .in(home)
    .expect({ data: { agents_md: 'updated' } })
  await buttons('rm a')
    .in(home)
    .expect({ data: { agents_md: 'updated' } })
  expect(home.read('work/AGENTS.md')).toContain('_No buttons yet.')
  expect(home.read('work/AGENTS.md').match(/LIST:START/g)).toHaveLength(1)
})

test('the list stands after the section, and each keeps to its own block', async () => {
  const home = emptyProject()
  await buttons('init --agent agents-md').in(home).expect({ data: {} })
  writeFileSync(join(home.cwd, 'AGENTS.md'), `${home.read('work/AGENTS.md')}\nmine\n`)
  await buttons('create a')
    .in(home)
    .expect({ data: { agents_md: 'updated' } })
  const once = home.read('work/AGENTS.md')
  expect(once).toMatch(/BUTTONS:END -->\n\n<!-- BUTTONS:LIST:START.*LIST:END -->\n\nmine\n$/s)
  await buttons('init --agent agents-md').in(home).expect({ data: {} })
  expect(home.read('work/AGENTS.md')).toBe(once)
})

test.each([
  ['outside a repository', () => emptyProject({ git: false })],
  ['with BUTTONS_HOME', () => emptyHome()],
])('no list is kept %s', async (_, make) => {
  const home = make()
  const data = await buttons('create a').in(home).data()
  expect(data).not.toHaveProperty('agents_md')
  expect(home.list('work')).not.toContain('AGENTS.md')
})

test('no list is kept for the data directory of the home directory', async () => {
  const home = bareHome()
  mkdirSync(join(home.root, '.git'))
  await buttons('create a').in(home).expect({ data: {} })
  await buttons('create b').in(home).expect({ data: {} })
  expect(home.list('.')).not.toContain('AGENTS.md')
})

test('a list that cannot be written is a warning', async () => {
  const home = emptyProject()
  const victim = home.write('victim', 'untouched')
  symlinkSync(victim, join(home.cwd, 'AGENTS.md'))
  const { stdout } = await buttons('create a')
    .in(home)
    .expect({ data: { name: 'a' }, stderr: /^warning: .*leads out of the project/ })
  expect(stdout).not.toContain('agents_md')
  expect(home.read('victim')).toBe('untouched')
})

test('after many creates at once the list names all of them', async () => {
  const home = emptyProject()
  const names = Array.from({ length: 8 }, (_, i) => `b${i}`)
  await Promise.all(names.map((name) => buttons(`create ${name}`).in(home).expect({ data: {} })))
  const listed = [...home.read('work/AGENTS.md').matchAll(/^- `buttons press (\w+)`/gm)]
  expect(listed.map((match) => match[1])).toEqual(names)
})
