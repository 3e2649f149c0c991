import { expect, test } from 'bun:test'
import { table } from '../../src/cli/table.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome } from '../helpers/home.ts'

test('help of the root lists every visible command with its summary', async () => {
  const home = emptyHome()
  const { stdout, exit } = await buttons('--help').in(home)
  expect(exit).toBe(0)
  for (const { path, summary, hidden } of table) {
    if (path.length !== 1) continue
    if (hidden) expect(stdout).not.toContain(path[0]!)
    else expect(stdout).toMatch(new RegExp(`^  ${path[0]} +${RegExp.escape(summary)}$`, 'm'))
  }
  await buttons('help').in(home).expect({ stdout })
  await buttons('-h').in(home).expect({ stdout })
  await buttons('some-name --help').in(home).expect({ stdout })
  expect(home.list('data')).toEqual([])
})

test('every command has help on stdout, and asking for it does nothing', async () => {
  const home = emptyHome()
  for (const { path, summary } of table) {
    if (path.length === 0 || path[0]!.startsWith('__') || path[0] === 'drawer') continue
    const { stdout, stderr, exit } = await buttons(...path, '--help').in(home)
    expect({ path, exit, stderr }).toEqual({ path, exit: 0, stderr: '' })
    expect(stdout).toStartWith(`${summary} (buttons ${path.join(' ')})\n`)
  }
  expect(home.list('data')).toEqual([])
})

test('help shows arguments, flags, aliases and examples', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('batteries rm -h').in(home)
  expect(stdout).toContain('USAGE buttons batteries rm [OPTIONS] <KEY>')
  expect(stdout).toContain('--global')
  expect(stdout).toContain('--json')
  expect(stdout).toContain('ALIASES  remove, delete')
  expect(stdout).toContain('  buttons batteries rm API_KEY')
  await buttons('help batteries rm').in(home).expect({ stdout })
  await buttons('help batteries delete').in(home).expect({ stdout })
})

test('a command with its own grammar has its own help', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('drawer --help')
    .in(home)
    .expect({ stdout: /NAME connect/ })
  await buttons('help drawer').in(home).expect({ stdout })
  await buttons('drawer').in(home).expect({ stdout })
})

test('help wins over a mistake in the same line', async () => {
  await buttons('press --bogus --help')
    .in(emptyHome())
    .expect({ stdout: /^Press a button \(buttons press\)\n/ })
})

test('a group without a verb shows its verbs', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('batteries --help').in(home)
  expect(stdout).toMatch(/^ +set {2,}Store a secret$/m)
  await buttons('batteries').in(home).expect({ stdout })
})

test('a group given an unknown verb says so and does what it does without', async () => {
  const home = emptyHome()
  await buttons('batteries lst')
    .in(home)
    .expect({
      stdout: /^Keep secrets for presses/,
      stderr: 'warning: unknown command "lst" for "buttons batteries"; did you mean "list"?\n',
    })
  await buttons('config nope')
    .in(home)
    .expect({
      data: { 'buttons-auto-update': true },
      stderr: 'warning: unknown command "nope" for "buttons config"\n',
    })
})

test('an unknown verb with flags nobody knows is refused by its name', async () => {
  await buttons('batteries sett KEY value --local')
    .in(emptyHome())
    .expect({
      error: {
        code: 'VALIDATION_ERROR',
        message: 'unknown command "sett" for "buttons batteries"',
      },
      stderr: /^unknown command "sett"/,
    })
})

test('an unknown topic shows the help of the root', async () => {
  await buttons('help prss')
    .in(emptyHome())
    .expect({
      stdout: /^A workflow engine/,
      stderr: 'warning: unknown help topic "prss"; did you mean "press"?\n',
    })
})

test('help is plain where colour is not wanted', async () => {
  const { stdout } = await buttons('press --help').in(emptyHome()).onTerminal()
  expect(stdout).not.toContain('\x1b')
  expect(stdout).not.toMatch(/ \n/)
})

test.skipIf(!executable)('help is painted on a terminal that can show it', async () => {
  const home = emptyHome()
  const { stdout } = await buttons('press --help').in(home).env({ NO_COLOR: '' }).onTerminal()
  expect(stdout).toContain('\x1b[')
  const piped = await buttons('press --help').in(home).env({ NO_COLOR: '' })
  expect(piped.stdout).not.toContain('\x1b')
})
