import { expect, test } from 'bun:test'
import { chmodSync, statSync } from 'node:fs'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'

/** Inside a project: BUTTONS_HOME would switch projects off. */
function project(): { home: Home; run: (...line: string[]) => ReturnType<typeof buttons> } {
  const home = emptyHome()
  home.write('work/.buttons/.keep', '')
  const env = { BUTTONS_HOME: undefined }
  return {
    home,
    run: (...line) =>
      buttons(...line)
        .in(home)
        .env(env),
  }
}

function stored(home: Home, path: string): Record<string, string> {
  return (JSON.parse(home.read(path)) as { batteries: Record<string, string> }).batteries
}

test('a battery can be set, read, listed and removed', async () => {
  const home = emptyHome()
  await buttons('batteries set OPENAI_KEY_2 sk-123456')
    .in(home)
    .expect({ json: { ok: true, data: { key: 'OPENAI_KEY_2', scope: 'global' } } })
  await buttons('batteries get OPENAI_KEY_2')
    .in(home)
    .expect({
      json: { ok: true, data: { key: 'OPENAI_KEY_2', value: 'sk-123456', scope: 'global' } },
    })
  await buttons('batteries list')
    .in(home)
    .expect({ data: [{ key: 'OPENAI_KEY_2', value: '•••••3456', scope: 'global' }] })
  await buttons('batteries list --reveal and more words')
    .in(home)
    .expect({ data: [{ key: 'OPENAI_KEY_2', value: 'sk-123456', scope: 'global' }] })
  await buttons('batteries rm OPENAI_KEY_2')
    .in(home)
    .expect({ json: { ok: true, data: { key: 'OPENAI_KEY_2', scope: 'global' } } })
  await buttons('batteries list').in(home).expect({ data: [] })
})

test('the file is private and holds keys in order', async () => {
  const home = emptyHome()
  for (const key of ['ZEBRA', 'ALPHA']) await buttons('batteries', 'set', key, key).in(home)
  expect(home.read('data/batteries.json')).toBe(
    JSON.stringify({ schema_version: 1, batteries: { ALPHA: 'ALPHA', ZEBRA: 'ZEBRA' } }, null, 2),
  )
  expect(statSync(`${home.data}/batteries.json`).mode & 0o777).toBe(0o600)
})

test.each(['A', 'OPENAI_KEY_2', 'BUN_OPTIONS', 'LD_PRELOAD', 'NODE_OPTIONS'])(
  '%s is a key',
  async (key) => {
    await buttons('batteries', 'set', key, 'x').in(emptyHome()).expect({ data: { key } })
  },
)

test.each(['', 'a', 'aB', '1A', 'A-B', 'A B', '_A', 'Ä', 'A\n'])(
  '"%s" is no key, for any of the commands',
  async (key) => {
    const home = emptyHome()
    const error = { code: 'VALIDATION_ERROR', message: expect.stringContaining('as a key') }
    await buttons('batteries', 'set', key, 'x').in(home).expect({ error })
    await buttons('batteries', 'get', key).in(home).expect({ error })
    await buttons('batteries', 'rm', key).in(home).expect({ error })
    expect(home.list('data')).not.toContain('batteries.json')
  },
)

const masked = [
  ['', ''],
  ['abcd', '••••'],
  ['abcde', '•bcde'],
  ['äöüß', '••••'],
  ['🔑🔑🔑🔑🔑', '•🔑🔑🔑🔑'],
] as const

test.each(masked)('"%s" is shown as "%s"', async (value, shown) => {
  const home = emptyHome()
  await buttons('batteries', 'set', 'KEY', value).in(home)
  await buttons('batteries list')
    .in(home)
    .expect({ data: [{ key: 'KEY', value: shown, scope: 'global' }] })
})

const typed = [
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret', 'secret'],
  ['secret\n\n', 'secret\n'],
  ['two\nlines\n', 'two\nlines'],
  ['', ''],
] as const

test.each(typed)('stdin %j is stored as %j', async (input, value) => {
  const home = emptyHome()
  await buttons('batteries set KEY --stdin')
    .in(home)
    .stdin(input)
    .expect({ data: { key: 'KEY' } })
  expect(stored(home, 'data/batteries.json')).toEqual({ KEY: value })
})

test('a value comes from one place', async () => {
  const home = emptyHome()
  const error = { code: 'VALIDATION_ERROR', message: expect.stringContaining('"KEY"') }
  await buttons('batteries set KEY value --stdin').in(home).stdin('other').expect({ error })
  await buttons('batteries set KEY').in(home).expect({ error })
})

test('a value that starts with a dash needs --', async () => {
  const home = emptyHome()
  await buttons('batteries set KEY -- -value')
    .in(home)
    .expect({ data: { key: 'KEY' } })
  expect(stored(home, 'data/batteries.json')).toEqual({ KEY: '-value' })
})

test('what no environment can hold is refused without showing it', async () => {
  const home = emptyHome()
  const refused = async (input: string) => {
    const { stdout } = await buttons('batteries set KEY --stdin')
      .in(home)
      .stdin(input)
      .expect({ error: { code: 'VALIDATION_ERROR' } })
    expect(stdout).not.toContain('hunter2')
  }
  await refused('hunter2\0')
  await refused('hunter2'.repeat(20_000))
  expect(home.list('data')).not.toContain('batteries.json')
})

test.skipIf(!executable)('stdin that is not UTF-8 is refused', async () => {
  const home = emptyHome()
  const child = Bun.spawn([executable!, 'batteries', 'set', 'KEY', '--stdin'], {
    env: home.env,
    stdin: new Uint8Array([0xff, 0xfe, 0x41]),
    stdout: 'pipe',
  })
  expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({
    error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('not UTF-8') },
  })
  expect(await child.exited).toBe(1)
})

test('several at once lose no key', async () => {
  const home = emptyHome()
  const keys = Array.from({ length: 8 }, (_, i) => `KEY_${i}`)
  await Promise.all(keys.map((key) => buttons('batteries', 'set', key, key).in(home)))
  expect(Object.keys(stored(home, 'data/batteries.json'))).toEqual(keys)
})

test('a value is never printed by set', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('batteries set KEY hunter2hunter2').in(home)
  const terminal = await buttons('batteries set KEY hunter2hunter2').in(home).onTerminal()
  expect(stdout + terminal.stdout).not.toContain('hunter2')
})

test('inside a project the project comes first', async () => {
  const { home, run } = project()
  await run('batteries set KEY of-the-user --global').expect({ data: { scope: 'global' } })
  await run('batteries set KEY of-the-project').expect({ data: { scope: 'local' } })
  await run('batteries get KEY').expect({ data: { value: 'of-the-project', scope: 'local' } })
  await run('batteries list --reveal').expect({
    data: [
      { key: 'KEY', value: 'of-the-user', scope: 'global' },
      { key: 'KEY', value: 'of-the-project', scope: 'local' },
    ],
  })
  expect(stored(home, '.buttons/batteries.json')).toEqual({ KEY: 'of-the-user' })
  expect(stored(home, 'work/.buttons/batteries.json')).toEqual({ KEY: 'of-the-project' })
  await run('batteries rm KEY').expect({ data: { scope: 'local' } })
  await run('batteries rm KEY').expect({ error: { code: 'NOT_FOUND' } })
  await run('batteries rm KEY --global').expect({ data: { scope: 'global' } })
})

test('a battery of the project is kept out of git, said once', async () => {
  const { home, run } = project()
  home.write('work/.buttons/.gitignore', '# mine\nzebra/\n\n# alpha\nalpha/')
  await run('batteries set KEY value').expect({
    data: { gitignore: 'Added batteries.json to .buttons/.gitignore' },
  })
  const after = home.read('work/.buttons/.gitignore')
  expect(after).toBe(
    '# mine\nzebra/\n\n# alpha\nalpha/\n\n# Secrets stay on this machine\nbatteries.json\n',
  )
  await run('batteries set KEY value').expect({
    json: { ok: true, data: { key: 'KEY', scope: 'local' } },
  })
  expect(home.read('work/.buttons/.gitignore')).toBe(after)
})

test('the file that keeps it out of git is made when there is none', async () => {
  const { home, run } = project()
  await run('batteries set KEY value').expect({ data: { gitignore: expect.any(String) } })
  expect(home.read('work/.buttons/.gitignore')).toEndWith('\nbatteries.json\n')
  expect(statSync(`${home.cwd}/.buttons/.gitignore`).mode & 0o777).toBe(0o600)
})

test('a .gitignore that cannot be changed is a warning', async () => {
  const { home, run } = project()
  home.write('work/.buttons/.gitignore/is-a-folder', '')
  await run('batteries set KEY value').expect({
    json: { ok: true, data: { key: 'KEY', scope: 'local' } },
    stderr: /^warning: Cannot keep batteries.json out of git: Cannot read ".*\.gitignore": /,
  })
})

test('scopes that cannot be are refused', async () => {
  const home = emptyHome()
  for (const verb of ['set KEY value', 'rm KEY']) {
    await buttons(`batteries ${verb} --local`)
      .in(home)
      .expect({ error: { code: 'MISSING_ARG' } })
    const both = project().run(`batteries ${verb} --local --global`)
    await both.expect({ error: { code: 'VALIDATION_ERROR' } })
  }
})

test('a home directory is no project of its own', async () => {
  const home = emptyHome()
  home.write('.buttons/.keep', '')
  await buttons('batteries set KEY value')
    .in(home)
    .env({ BUTTONS_HOME: undefined })
    .expect({ json: { ok: true, data: { key: 'KEY', scope: 'global' } } })
  expect(home.list('.buttons')).not.toContain('.gitignore')
})

test('an absent key is refused with the one that was meant', async () => {
  const home = emptyHome()
  await buttons('batteries set OPENAI_KEY value').in(home)
  const error = { code: 'NOT_FOUND', hint: 'Did you mean "OPENAI_KEY"?' }
  await buttons('batteries get OPENAI_KYE').in(home).expect({ error })
  await buttons('batteries rm OPENAI_KYE').in(home).expect({ error })
})

test('people get the bare value on stdout and problems with the name of the command', async () => {
  const home = emptyHome()
  await buttons('batteries set KEY value')
    .in(home)
    .onTerminal()
    .expect({ stdout: '✓ Set KEY (global)\n  Next: buttons batteries list\n' })
  await buttons('batteries get KEY').in(home).onTerminal().expect({ stdout: 'value\n' })
  await buttons('batteries list')
    .in(home)
    .onTerminal()
    .expect({ stdout: 'KEY  VALUE  SCOPE\nKEY  •alue  global\n' })
  await buttons('batteries get key')
    .in(home)
    .onTerminal()
    .expect({
      exit: 1,
      stdout: /^batteries: Cannot use "key" as a key: .*\n {2}hint: Write it like KEY\n$/,
    })
})

test('a file that cannot be read is left alone', async () => {
  const home = emptyHome()
  home.write('data/batteries.json', '[]')
  const error = { code: 'VALIDATION_ERROR', message: expect.stringContaining('batteries.json') }
  for (const line of ['set KEY value', 'get KEY', 'list', 'rm KEY'])
    await buttons(`batteries ${line}`).in(home).expect({ error })
  await buttons('batteries list')
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /^batteries: Cannot read ".*batteries\.json": / })
  expect(home.read('data/batteries.json')).toBe('[]')
})

test('a broken file is described without what is in it', async () => {
  const home = emptyHome()
  home.write('data/batteries.json', '{"batteries": {"KEY": hunter2}}')
  const { stdout } = await buttons('batteries list')
    .in(home)
    .expect({ error: { message: expect.stringContaining('is not valid JSON') } })
  expect(stdout).not.toContain('hunter2')
})

test('a plan writes nothing and still refuses what is wrong', async () => {
  const { home, run } = project()
  await run('batteries set KEY hunter2 --summary').expect({
    json: {
      ok: true,
      data: {
        summary: true,
        executed: false,
        command: 'batteries set',
        would: { key: 'KEY', scope: 'local' },
      },
    },
  })
  expect(home.list('work/.buttons')).not.toContain('batteries.json')
  expect(home.list('work/.buttons')).not.toContain('.gitignore')
  await run('batteries rm KEY --summary').expect({ error: { code: 'NOT_FOUND' } })
  await run('batteries set key value --summary').expect({ error: { code: 'VALIDATION_ERROR' } })
  await run('batteries set KEY value')
  await run('batteries rm KEY --summary').expect({
    data: { executed: false, would: { key: 'KEY', scope: 'local' } },
  })
  await run('batteries get KEY').expect({ data: { value: 'value' } })
})

test('a data directory that others may read is mentioned beside the answer', async () => {
  const home = emptyHome()
  await buttons('batteries list').in(home).expect({ data: [] })
  chmodSync(home.data, 0o750)
  await buttons('batteries list')
    .in(home)
    .expect({ data: [], stderr: /^warning: Others may read ".*": chmod 700 keeps them out\n$/ })
})
