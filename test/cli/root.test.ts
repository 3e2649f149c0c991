import { expect, test } from 'bun:test'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'

test('the version flag answers on stdout and touches nothing', async () => {
  const home = emptyHome()
  for (const flag of ['--version', '-v', '--json --version'])
    await buttons(flag)
      .in(home)
      .expect({ stdout: /^buttons version \S+\n$/ })
  expect(home.list('data')).toEqual([])
})

test('the version flag is known to the root only', async () => {
  await buttons('list --version')
    .in(emptyHome())
    .expect({
      error: { code: 'VALIDATION_ERROR', message: 'unknown flag: --version' },
      stderr: 'unknown flag: --version\n',
    })
})

test('a mistake in the words has its envelope on stdout and its text on stderr', async () => {
  await buttons('press --tiemout 3 deploy')
    .in(emptyHome())
    .expect({
      json: {
        ok: false,
        error: {
          code: 'VALIDATION_ERROR',
          message: 'unknown flag: --tiemout',
          hint: 'Did you mean --timeout?',
        },
      },
      exit: 1,
      stderr: 'unknown flag: --tiemout\n  hint: Did you mean --timeout?\n',
    })
})

test('a mistake in the words is plain text for people', async () => {
  await buttons('list --josn')
    .in(emptyHome())
    .onTerminal()
    .expect({ exit: 1, stdout: 'unknown flag: --josn\n  hint: Did you mean --json?\n' })
})

test('--json wins on a terminal, and --json=false changes nothing in a pipe', async () => {
  const home = emptyHome()
  await buttons('list --json').in(home).onTerminal().expect({ data: [] })
  await buttons('--json list').in(home).onTerminal().expect({ data: [] })
  await buttons('list --json=false').in(home).expect({ data: [] })
})

test('a flag that is the value of another decides nothing', async () => {
  await buttons('press', 'hello', '--arg', '--json')
    .in(homeWith({ buttons: { hello: 'true' } }))
    .onTerminal()
    .expect({ exit: 1, stdout: /^VALIDATION_ERROR: .*"--json"/ })
})

test('flags of a command are refused before its name, global ones are not', async () => {
  const home = emptyHome()
  await buttons('--no-input --json --summary list').in(home).expect({ data: [] })
  await buttons('--timeout 3 press hello')
    .in(home)
    .expect({
      error: { message: 'unknown flag: --timeout' },
      stderr: /^unknown flag: --timeout\n/,
    })
})

test('flags may stand between a group and its verb', async () => {
  const home = emptyHome()
  await buttons('batteries --global set KEY value')
    .in(home)
    .expect({ data: { key: 'KEY', scope: 'global' } })
  await buttons('batteries --json list')
    .in(home)
    .expect({ data: [{ key: 'KEY', value: '•alue', scope: 'global' }] })
})

test('too many and too few words are refused by number', async () => {
  const home = emptyHome()
  const cases = [
    ['press', 'accepts 1 arg(s), received 0'],
    ['press a b', 'accepts 1 arg(s), received 2'],
    ['ignore a b', 'accepts between 0 and 1 arg(s), received 2'],
    ['list extra', 'unknown command "extra" for "buttons list"'],
  ] as const
  for (const [line, message] of cases)
    await buttons(line)
      .in(home)
      .expect({
        error: { code: 'VALIDATION_ERROR', message },
        stderr: new RegExp(`^${RegExp.escape(message)}\n`),
      })
})

test('words after -- are no flags', async () => {
  await buttons('press', '--', '--help')
    .in(emptyHome())
    .expect({ error: { code: 'NOT_FOUND', message: expect.stringContaining('"--help"') } })
})

test('commands are exact words: no prefixes, no other case', async () => {
  const home = emptyHome()
  for (const word of ['LIST', 'lis', 'batterie'])
    await buttons(word)
      .in(home)
      .expect({ error: { code: 'NOT_FOUND' } })
})

test('a mistyped command is explained with the command that was meant', async () => {
  await buttons('prss')
    .in(emptyHome())
    .expect({ error: { code: 'NOT_FOUND', hint: 'Did you mean "buttons press"?' } })
})

test('a mistyped command matters more than the flags it would have known', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('hstory --last 5')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND', hint: 'Did you mean "buttons history"?' } })
  await buttons('deploy --last 5')
    .in(home)
    .expect({ error: { message: 'unknown flag: --last' }, stderr: /^unknown flag: --last\n/ })
})

test('a mistyped button is explained with the button that was meant', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('deplyo')
    .in(home)
    .expect({
      error: {
        code: 'NOT_FOUND',
        message: expect.stringContaining('"deplyo"'),
        hint: 'Did you mean "buttons deploy"?',
      },
    })
})

test('the name of a button shows it, further words are ignored', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('deploy')
    .in(home)
    .expect({ data: { button: expect.anything() } })
  await buttons('--json deploy now please')
    .in(home)
    .expect({ data: { button: expect.anything() } })
})

test('-- reaches a button that has the name of a command', async () => {
  const home = homeWith({ buttons: { list: 'true' } })
  await buttons('-- list')
    .in(home)
    .expect({ data: { button: expect.anything() } })
})

test('logs may follow the name of a button, with all its flags and global ones in front', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  for (const line of [
    'deploy logs --failed --limit 5',
    '--json deploy logs --limit=5',
    'deploy --json logs',
  ])
    await buttons(line).in(home).expect({ data: [] })
})

test('a command in front of logs keeps its word', async () => {
  const home = homeWith({ buttons: { logs: 'true' } })
  await buttons('ignore logs')
    .in(home)
    .expect({ data: { ignored: 'buttons/logs/' } })
  await buttons('help logs')
    .in(home)
    .expect({ stdout: /buttons logs/ })
})

test('no words at all show the workspace', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  for (const line of ['', '--json', '--summary'])
    await buttons(line)
      .in(home)
      .expect({ data: { counts: { buttons: 1 } } })
})

test('a data directory that others may read is mentioned', async () => {
  const home = emptyHome()
  home.write('data/buttons/.keep', '')
  const { chmodSync } = await import('node:fs')
  chmodSync(home.data, 0o755)
  await buttons('list')
    .in(home)
    .expect({ data: [], stderr: /^warning: Others may read ".*\/data".*chmod 700/ })
  chmodSync(home.data, 0o700)
  await buttons('list').in(home).expect({ data: [] })
})

test('a data directory that cannot be made is a storage problem', async () => {
  const home = emptyHome()
  home.write('data', 'a file')
  await buttons('list')
    .in(home)
    .expect({
      error: { code: 'STORAGE_ERROR', message: expect.stringContaining('/data/buttons"') },
    })
})

test.skipIf(!executable)('a reader that leaves early harms nothing', async () => {
  const home = emptyHome()
  const child = Bun.spawn(
    ['/bin/sh', '-c', '{ "$0" help; echo "left with $?" >&2; } | head -n 1', executable!],
    { cwd: home.cwd, env: home.env, stdout: 'pipe', stderr: 'pipe' },
  )
  expect(await new Response(child.stdout).text()).toMatch(/^A workflow engine.*\n$/)
  expect(await new Response(child.stderr).text()).toBe('left with 0\n')
})

test.skipIf(!executable)('an answer that cannot be written is a failure', async () => {
  const home = emptyHome()
  const child = Bun.spawn(['/bin/sh', '-c', '"$0" list > /dev/full', executable!], {
    cwd: home.cwd,
    env: home.env,
    stderr: 'pipe',
  })
  expect(await new Response(child.stderr).text()).toMatch(/Cannot print the answer: ENOSPC/)
  expect(await child.exited).toBe(1)
})
