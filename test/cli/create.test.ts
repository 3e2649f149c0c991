import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'
import { emptyProject } from '../helpers/project.ts'

const refused = (why: string) => ({
  error: { code: 'VALIDATION_ERROR', message: expect.stringContaining(why) },
})
const mode = (path: string) => statSync(path).mode & 0o777

test('a script becomes a button with its files, each for its owner alone', async () => {
  const home = emptyHome()
  home.write('work/test.sh', 'echo hi\n')
  const data = await buttons('create test --file test.sh').in(home).data()
  const folder = join(home.data, 'buttons/test')
  expect(data).toEqual({
    schema_version: 2,
    name: 'test',
    version: '1',
    runtime: 'shell',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updated_at: data['created_at'],
    code_path: join(folder, 'main.sh'),
    button_dir: folder,
  })
  expect(home.list('data/buttons/test')).toEqual(['AGENT.md', 'button.json', 'main.sh', 'pressed'])
  expect(home.read('data/buttons/test/main.sh')).toBe('echo hi\n')
  expect(home.read('data/buttons/test/button.json')).toMatch(/"env": \{\},.*"mcp_enabled": false,/s)
  expect(mode(folder)).toBe(0o700)
  expect(mode(join(folder, 'button.json'))).toBe(0o600)
  expect(mode(join(folder, 'AGENT.md'))).toBe(0o600)
  expect(mode(join(folder, 'main.sh'))).toBe(0o700)
  expect(mode(join(folder, 'pressed'))).toBe(0o700)
})

test('what was declared is stored in order', async () => {
  const home = emptyHome()
  await buttons(
    'create',
    'My Deploy',
    '--arg',
    'env:enum:required:staging|prod',
    '--arg',
    'n:int:optional',
    '--description',
    'Run tests',
    '--timeout',
    '30',
    '--prompt',
    'Be careful',
    '--code',
    'ls',
  )
    .in(home)
    .expect({
      data: {
        name: 'my-deploy',
        description: 'Run tests',
        timeout_seconds: 30,
        args: [
          { name: 'env', type: 'enum', required: true, values: ['staging', 'prod'] },
          { name: 'n', type: 'int', required: false },
        ],
      },
    })
  expect(home.read('data/buttons/my-deploy/AGENT.md')).toBe('Be careful\n')
  expect(home.read('data/buttons/my-deploy/main.sh')).toBe('ls')
})

const runtimes = ['shell', 'bash', 'python', 'node', 'bun'].filter(
  (name) => ['shell', 'bun'].includes(name) || Bun.which(name === 'python' ? 'python3' : name),
)

test.each(runtimes)('a fresh scaffold for %s runs and prints nothing', async (runtime) => {
  const home = emptyHome()
  await buttons(`create x --runtime ${runtime} --arg who:string:optional`)
    .in(home)
    .expect({ data: { runtime } })
  await buttons('press x --arg who=me')
    .in(home)
    .expect({ data: { status: 'ok', stdout: '', stderr: '' } })
})

test.each([
  ['deploy.py', 'print(1)', 'python', 'main.py'],
  ['deploy.ts', 'let a: number = 1', 'bun', 'main.ts'],
  ['deploy.mjs', '', 'node', 'main.js'],
  ['deploy', '#!/usr/bin/env node\n', 'node', 'main.js'],
  ['deploy.sh', '#!/usr/bin/env bash\n', 'bash', 'main.sh'],
  ['deploy', 'echo', 'shell', 'main.sh'],
])('the file %s with %j is for %s', async (file, content, runtime, code) => {
  const home = emptyHome()
  home.write(`work/${file}`, content)
  await buttons(`create x -f ${file}`).in(home).expect({ data: { runtime } })
  expect(home.read(`data/buttons/x/${code}`)).toBe(content)
})

test('a script is copied byte for byte, whatever its bytes and its size', async () => {
  const home = emptyHome()
  const bytes = new Uint8Array(100_000).map((_, i) => (i * 7) % 256)
  home.write('work/raw', bytes)
  await buttons('create raw --file raw').in(home).expect({ data: {} })
  expect(new Uint8Array(readFileSync(join(home.data, 'buttons/raw/main.sh')))).toEqual(bytes)
})

test('a prompt alone is a prompt button', async () => {
  const home = emptyHome()
  const data = await buttons('create', 'review', '--prompt', 'Read the diff').in(home).data()
  expect(data).not.toHaveProperty('code_path')
  expect(data).toMatchObject({ runtime: 'prompt' })
  expect(home.list('data/buttons/review')).toEqual(['AGENT.md', 'button.json', 'pressed'])
  await buttons('press review')
    .in(home)
    .expect({ data: { status: 'ok', prompt: 'Read the diff' } })
})

test('a URL makes an HTTP button that is locked to its host', async () => {
  const home = emptyHome()
  await buttons(
    'create',
    'ticket',
    '--url',
    'https://T.example.com/{{p}}?q={{q}}',
    '--method',
    'post',
    '--header',
    'X-B: 1',
    '--header',
    'Accept: a: b',
    '--body',
    '{}',
    '--max-response-size',
    '1M',
    '--allow-private-networks',
    '--arg',
    'p:string:required',
  )
    .in(home)
    .expect({
      data: {
        runtime: 'http',
        url: 'https://T.example.com/{{p}}?q={{q}}',
        method: 'POST',
        headers: { Accept: 'a: b', 'X-B': '1' },
        body: '{}',
        max_response_bytes: 1_048_576,
        allow_private_networks: true,
        allowed_host: 't.example.com',
      },
    })
  expect(home.list('data/buttons/ticket')).toEqual(['AGENT.md', 'button.json', 'pressed'])
})

test('an unknown runtime is stored as typed', async () => {
  const home = emptyHome()
  await buttons('create x --runtime fakeLang999 --code true')
    .in(home)
    .expect({ data: { runtime: 'fakeLang999' } })
  await buttons('press x')
    .in(home)
    .expect({ error: { code: 'RUNTIME_MISSING' } })
})

test.each([
  ['create x --file /nonexistent.sh', 'no such file'],
  ['create x --file .', 'it is a directory'],
  ['create x --file a --code b', 'only one of'],
  ['create x --file a --runtime python', 'does not go with --file'],
  ['create x --timeout 0', 'above 0'],
  ['create x --timeout -5', 'above 0'],
  ['create x --arg a-b:int:required --arg a_b:int:required', 'BUTTONS_ARG_A_B'],
  ['create x --runtime prompt', '--prompt'],
  ['create x --method GET', '--method needs --url'],
  ['create ../evil', 'must not contain'],
  ['create foo/bar', 'must not contain'],
  ['create press', 'is a command'],
  ['create rm', 'is a command'],
  ['create trigger', 'is a command'],
])('%s is refused and leaves nothing', async (line, why) => {
  const home = emptyHome()
  home.write('work/a', 'true')
  await buttons(line).in(home).expect(refused(why))
  expect(home.list('data/buttons')).toEqual([])
  expect(home.list('data')).toEqual(['buttons', 'drawers'])
})

test('an empty name and an endless one are refused', async () => {
  const home = emptyHome()
  await buttons('create', '').in(home).expect(refused('it is empty'))
  await buttons('create', 'x'.repeat(129)).in(home).expect(refused('longer than 128 bytes'))
  await buttons('create', 'x', '--code', '#'.repeat(72 * 1024))
    .in(home)
    .expect(refused('65536'))
})

test('a pipe that nobody writes to, and what fits into no memory, is no script', async () => {
  const home = emptyHome()
  execFileSync('mkfifo', [join(home.cwd, 'pipe.sh')])
  truncateSync(home.write('work/huge.sh', ''), 2 ** 32)
  for (const [path, why] of [
    ['pipe.sh', 'nothing has been written'],
    ['huge.sh', 'too large'],
    ['/dev/zero', 'too large'],
  ] as const)
    await buttons('create', 'x', '--file', path).in(home).expect(refused(why))
  expect(home.list('data/buttons')).toEqual([])
})

test.skipIf(process.getuid?.() === 0)('an unreadable script is refused', async () => {
  const home = emptyHome()
  chmodSync(home.write('work/secret.sh', 'true'), 0)
  await buttons('create x --file secret.sh').in(home).expect(refused('permission denied'))
  expect(home.list('data/buttons')).toEqual([])
})

test('a name is taken by a button, a drawer, an app and a folder without a spec', async () => {
  const home = homeWith({ buttons: { taken: 'true' } })
  home.write('data/drawers/boxed/drawer.json', '{}')
  home.write('data/apps/site/button.json', '{}')
  home.write('data/buttons/broken/button.json', '{')
  home.write('data/buttons/remains/pressed/x.json', '{}')
  await buttons('create Taken').in(home).expect(refused('a button of that name exists'))
  await buttons('create boxed').in(home).expect(refused('already exists as a drawer'))
  await buttons('create site').in(home).expect(refused('already exists as an app'))
  await buttons('create broken').in(home).expect(refused('a button of that name exists'))
  await buttons('create remains').in(home).expect(refused('a button of that name exists'))
})

test('of many creates of one name at once exactly one wins', async () => {
  const home = emptyHome()
  const tries = Array.from({ length: 6 }, (_, i) =>
    buttons('create', 'x', '--code', `echo ${i}`).in(home),
  )
  const finished = await Promise.all(tries)
  const winners = finished.flatMap(({ exit }, i) => (exit === 0 ? [i] : []))
  expect(winners).toHaveLength(1)
  expect(home.read('data/buttons/x/main.sh')).toBe(`echo ${winners[0]}`)
  for (const { exit, stdout } of finished)
    if (exit !== 0) expect(stdout).toContain('"VALIDATION_ERROR"')
  expect(home.list('data').filter((name) => name.startsWith('.'))).toEqual([])
})

test('the default timeout comes from the settings, unless nobody can read them', async () => {
  const home = emptyHome()
  home.write('data/settings.json', '{"defaults":{"timeout_seconds":60}}')
  await buttons('create a')
    .in(home)
    .expect({ data: { timeout_seconds: 60 } })
  home.write('data/settings.json', '{')
  await buttons('create b')
    .in(home)
    .expect({ data: { timeout_seconds: 300 } })
})

test('--ignore keeps the button out of git, once', async () => {
  const home = emptyHome()
  home.write('data/.gitignore', '# mine\nz\n')
  await buttons('create x --ignore')
    .in(home)
    .expect({ data: { ignored: true } })
  expect(home.read('data/.gitignore')).toBe('# mine\nz\nbuttons/x/\n')
  await buttons('delete x').in(home).expect({ data: {} })
  const again = await buttons('create x --ignore').in(home).data()
  expect(again).not.toHaveProperty('ignored')
})

test('--summary tells what would be written and writes nothing', async () => {
  const home = emptyHome()
  await buttons('create x --code true --summary')
    .in(home)
    .expect({
      data: {
        summary: true,
        executed: false,
        command: 'create',
        would: {
          button: { name: 'x', runtime: 'shell' },
          files: ['button.json', 'main.sh', 'AGENT.md'],
        },
      },
    })
  await buttons('create x --code true --summary --timeout 0').in(home).expect(refused('above 0'))
  await buttons('create x --app . --summary')
    .in(home)
    .expect({
      data: { would: { name: 'x', source: '.' } },
    })
  expect(home.list('data')).toEqual(['buttons', 'drawers'])
})

test('a person reads what was made, what to edit and how to press it', async () => {
  const home = emptyHome()
  const arg = 'env:enum:required:a|b'
  const { stdout } = await buttons('create', 'x', '--arg', arg, '--arg', 'n:int:optional')
    .in(home)
    .onTerminal()
    .expect({ stdout: /Created button "x"/ })
  expect(stdout).toContain(join(home.data, 'buttons/x/main.sh'))
  expect(stdout).toContain(join(home.data, 'buttons/x/AGENT.md'))
  expect(stdout).toContain("Next: buttons press x --arg 'env=<a|b>'\n")
})

test('creating, editing by command and by hand, and deleting are logged', async () => {
  const home = emptyHome()
  await buttons('create x --code true').in(home).expect({ data: {} })
  await buttons('press x').in(home).expect({ data: {} })
  await buttons('set x pinned=true').in(home).expect({ data: {} })
  writeFileSync(join(home.data, 'buttons/x/main.sh'), 'echo edited')
  await buttons('press x')
    .in(home)
    .expect({ data: { stdout: 'edited\n' } })
  await buttons('press x')
    .in(home)
    .expect({ data: { stdout: 'edited\n' } })
  await buttons('rm x').in(home).expect({ data: {} })
  const log = JSON.parse(home.read('data/history.json')) as { events: Record<string, string>[] }
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/)
  const event = (action: string, more: object) => ({
    action,
    occurred_at: expect.any(String),
    target: 'button/x',
    ...more,
  })
  expect(log.events).toEqual([
    event('create', { folder_hash: hash }),
    event('edit', { folder_hash: hash, origin: 'command' }),
    event('edit', { folder_hash: hash, origin: 'file' }),
    event('delete', {}),
  ])
  expect(new Set(log.events.map((each) => each['folder_hash'])).size).toBe(4)
  expect(mode(join(home.data, 'history.json'))).toBe(0o600)
  expect(home.read('data/history.json')).toEndWith('\n')
})

test('a log that cannot be written is a warning', async () => {
  const home = emptyHome()
  home.write('data/history.json', '{"schema_version":9}')
  await buttons('create x')
    .in(home)
    .expect({ data: { name: 'x' }, stderr: /^warning: .*schema version 9/ })
  expect(home.read('data/history.json')).toBe('{"schema_version":9}')
})

test('apps are copied with owner-only modes and links that stay inside', async () => {
  const home = emptyHome()
  home.write('work/site/index.html', '<p>', 0o644)
  chmodSync(home.write('work/site/bin/run', '#!/bin/sh'), 0o755)
  symlinkSync('../index.html', join(home.cwd, 'site/bin/link'))
  expect(home.list('data/apps')).toEqual([])
  await buttons('create', 'My Site', '--app', './site', '-d', 'Shows it')
    .in(home)
    .expect({
      data: {
        schema_version: 2,
        name: 'my-site',
        description: 'Shows it',
        kind: 'app',
        serve: { type: 'static', output: 'dist' },
        runtime: '',
        env: {},
        timeout_seconds: 0,
        app_dir: join(home.data, 'apps/my-site'),
      },
    })
  const folder = join(home.data, 'apps/my-site')
  expect(home.list('data/apps/my-site')).toEqual(['AGENT.md', 'bin', 'button.json', 'index.html'])
  expect(home.read('data/apps/my-site/bin/link')).toBe('<p>')
  expect([mode(folder), mode(join(folder, 'bin'))]).toEqual([0o700, 0o700])
  expect(mode(join(folder, 'index.html'))).toBe(0o600)
  expect(mode(join(folder, 'bin/run'))).toBe(0o700)
  expect(JSON.parse(home.read('data/history.json'))).toMatchObject({
    events: [{ action: 'create', target: 'app/my-site' }],
  })
  await buttons('list').in(home).expect({ data: [] })
  await buttons('press my-site').in(home).expect(refused('it is an app'))
  await buttons('create my-site --app ./site')
    .in(home)
    .expect({ error: { code: 'ALREADY_EXISTS' } })
  await buttons('create my-site').in(home).expect(refused('already exists as an app'))
})

test('an app may be made of the project that holds the data directory', async () => {
  const home = emptyProject()
  home.write('work/index.html', '<p>')
  await buttons('create site --app .')
    .in(home)
    .expect({ data: { name: 'site' } })
  expect(home.list('work/.buttons/apps/site')).toEqual([
    '.git',
    'AGENT.md',
    'button.json',
    'index.html',
  ])
})

test('notes and spec of an app that brings its own are kept', async () => {
  const home = emptyHome()
  home.write('work/site/AGENTS.md', 'mine')
  home.write(
    'work/site/button.json',
    '{"kind":"app","serve":{"type":"dynamic","run":"./run"},"description":"Own","future":1}',
  )
  await buttons('create site --app site')
    .in(home)
    .expect({
      data: {
        description: 'Own',
        serve: { type: 'dynamic', run: './run' },
        future: 1,
        name: 'site',
      },
    })
  expect(home.list('data/apps/site')).toEqual(['AGENTS.md', 'button.json'])
})

test.each([
  ['a folder that is a button', { 'button.json': '{"runtime":"shell"}' }, 'VALIDATION_ERROR'],
  ['a folder with a broken spec', { 'button.json': '{' }, 'VALIDATION_ERROR'],
])('%s is no app and leaves nothing', async (_, files, code) => {
  const home = emptyHome()
  for (const [name, text] of Object.entries(files)) home.write(`work/site/${name}`, text)
  await buttons('create site --app site').in(home).expect({ error: { code } })
  expect(home.list('data')).toEqual(['buttons', 'drawers'])
})

test('links that lead out of an app, and what is no file, are refused', async () => {
  const home = emptyHome()
  mkdirSync(join(home.cwd, 'site'))
  symlinkSync('/etc/hostname', join(home.cwd, 'site/leak'))
  await buttons('create site --app site')
    .in(home)
    .expect({ error: { code: 'COPY_FAILED', message: expect.stringContaining('link') } })
  await buttons('create site --app nowhere')
    .in(home)
    .expect({ error: { code: 'COPY_FAILED' } })
  home.write('work/file', '')
  await buttons('create site --app file')
    .in(home)
    .expect({ error: { code: 'COPY_FAILED' } })
  expect(home.list('data').filter((name) => name.startsWith('.'))).toEqual([])
})

test('an app comes out of a git repository without its history', async () => {
  const home = emptyHome()
  home.write('work/repo.git/index.html', '<p>')
  const git = ['git', '-c', 'user.name=n', '-c', 'user.email=e']
  for (const words of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-qm', 'x'],
  ])
    expect(Bun.spawnSync([...git, ...words], { cwd: join(home.cwd, 'repo.git') }).exitCode).toBe(0)
  await buttons('create site --app ./repo.git')
    .in(home)
    .expect({ data: { name: 'site' } })
  expect(home.list('data/apps/site')).toEqual(['AGENT.md', 'button.json', 'index.html'])
})

test('a clone that fails leaves no folder and repeats no password', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('create site --app https://u:hunter2@127.0.0.1:1/x.git')
    .in(home)
    .expect({ error: { code: 'CLONE_FAILED' } })
  expect(stdout).not.toContain('hunter2')
  expect(home.list('data')).toEqual(['buttons', 'drawers'])
})

test.each([
  ['create x --app . --code true', '--app does not go with --code'],
  ['create x --app . --timeout 5', '--app does not go with --timeout'],
  ['create x --app . --ignore', '--app does not go with --ignore'],
  ['create x --app=--upload-pack=evil.git', 'an option, not a source'],
])('%s is refused', async (line, why) => {
  const home = emptyHome()
  await buttons(line).in(home).expect(refused(why))
  expect(home.list('data/apps')).toEqual([])
})

test('an app without git on the machine says so', async () => {
  const home = emptyHome()
  await buttons('create x --app https://example.com/x.git')
    .in(home)
    .env({ PATH: home.cwd })
    .expect({ error: { code: 'CLONE_FAILED', message: expect.stringContaining('not installed') } })
})

test.skipIf(!executable)('a scaffold in TypeScript runs with nothing on the PATH', async () => {
  const home = emptyHome()
  await buttons('create x --runtime bun')
    .in(home)
    .expect({ data: { runtime: 'bun' } })
  await buttons('press x')
    .in(home)
    .env({ PATH: '' })
    .expect({ data: { status: 'ok' } })
})
