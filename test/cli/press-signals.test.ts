import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { executable } from '../helpers/buttons.ts'
import { fileWritten, fixture, gone, runs } from '../helpers/fixture.ts'
import { emptyHome, type Home, writeButton } from '../helpers/home.ts'

// A real process: the executable under test, or this source.
const program = executable
  ? [executable]
  : [process.execPath, join(import.meta.dir, '../../src/main.ts')]

function homeOf(name: string): Home {
  const home = emptyHome()
  const pidFile = join(home.root, 'pid')
  writeButton(home, 'long', { code: fixture(name), spec: { env: { PID_FILE: pidFile } } })
  return home
}

function start(home: Home, ...words: string[]) {
  return Bun.spawn([...program, 'press', 'long', ...words], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

const childOf = async (home: Home) => Number(await fileWritten(join(home.root, 'pid')))

const records = (home: Home) =>
  home.list('data/buttons/long/pressed').filter((file) => file.endsWith('.json'))

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

for (const [signal, status] of signals) {
  test(`${signal} ends the script politely, records the press and exits with ${status}`, async () => {
    const home = homeOf('obeys-term.sh')
    const press = start(home, '--json')
    const child = await childOf(home)
    press.kill(signal)
    expect(await press.exited).toBe(status)
    await gone(child)
    const stdout = expect.stringContaining('told to end')
    const data = { status: 'cancelled', exit_code: -1, stdout, error_type: 'CANCELLED' }
    expect(JSON.parse(await new Response(press.stdout).text())).toMatchObject({
      ok: false,
      error: { code: 'CANCELLED' },
      data,
    })
    const [record] = records(home)
    expect(JSON.parse(home.read(`data/buttons/long/pressed/${record}`))).toMatchObject(data)
  })
}

for (const name of ['ignores-term.sh', 'grandchild-ignores-term.sh']) {
  test(`a second Ctrl-C does not wait for ${name}`, async () => {
    const home = homeOf(name)
    const press = start(home)
    const child = await childOf(home)
    press.kill('SIGINT')
    press.kill('SIGTERM')
    // Two signals that arrive together count as two; the status is that of either.
    expect([130, 143]).toContain(await press.exited)
    await gone(child)
    expect(runs(child)).toBe(false)
    expect(records(home)).toHaveLength(1)
  })
}

test('Ctrl-C at a terminal reaches us alone, and we end the script', async () => {
  const home = homeOf('obeys-term.sh')
  let seen = ''
  const press = Bun.spawn([...program, 'press', 'long'], {
    cwd: home.cwd,
    env: { ...home.env, TERM: 'xterm' },
    terminal: {
      cols: 80,
      rows: 24,
      data: (_, bytes) => void (seen += new TextDecoder().decode(bytes)),
    },
  })
  const child = await childOf(home)
  while (!seen.includes('ready')) await Bun.sleep(2)
  press.terminal!.write('\x03')
  expect(await press.exited).toBe(130)
  await gone(child)
  press.terminal!.close()
  expect(seen).toContain('told to end')
  expect(seen).toMatch(/✗ long \(\d+ms, cancelled\)/)
  expect(records(home)).toHaveLength(1)
})

test('a terminal that is closed ends the press, and it is recorded', async () => {
  const home = homeOf('obeys-term.sh')
  const press = Bun.spawn([...program, 'press', 'long'], {
    cwd: home.cwd,
    env: { ...home.env, TERM: 'xterm' },
    terminal: { cols: 80, rows: 24, data: () => {} },
  })
  const child = await childOf(home)
  press.terminal!.close()
  press.kill('SIGHUP')
  expect(await press.exited).toBe(129)
  await gone(child)
  expect(records(home)).toHaveLength(1)
})

test('a press that is killed leaves nothing half-written, and the next command works', async () => {
  const home = homeOf('obeys-term.sh')
  const press = start(home)
  const child = await childOf(home)
  press.kill('SIGKILL')
  await press.exited
  process.kill(-child, 'SIGKILL')
  expect(records(home)).toEqual([])
  const list = Bun.spawn([...program, 'list', '--json'], { env: home.env, stdout: 'pipe' })
  expect(JSON.parse(await new Response(list.stdout).text())).toMatchObject({ ok: true })
})

test('somebody who stops reading the lines of --follow does not stop the script', async () => {
  const home = emptyHome()
  writeButton(home, 'long', {
    code: 'i=0; while [ $i -lt 40000 ]; do echo "line number $i of many"; i=$((i+1)); done; echo over > "$DONE"',
    spec: { env: { DONE: join(home.root, 'done') } },
  })
  const press = start(home, '--follow')
  // Nobody reads stderr until the script is over.
  await fileWritten(join(home.root, 'done'))
  const stderr = await new Response(press.stderr).text()
  const { data } = JSON.parse(await new Response(press.stdout).text())
  expect(data.stdout.split('\n')).toHaveLength(40_001)
  expect(stderr.split('\n').length).toBeLessThan(40_001)
  expect(await press.exited).toBe(0)
})

test('a reader that goes away early is no failure', async () => {
  const home = emptyHome()
  writeButton(home, 'long', { code: 'head -c 1000000 /dev/zero | tr "\\0" x' })
  const line = `${program.join(' ')} press long | head -c 10`
  const shell = Bun.spawn(['/bin/bash', '-o', 'pipefail', '-c', line], {
    env: home.env,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  expect(await new Response(shell.stderr).text()).toBe('')
  expect(await shell.exited).toBe(0)
})

test('a working directory that has gone is named', async () => {
  const home = emptyHome()
  writeButton(home, 'long', { code: 'true' })
  const line = `rmdir "$PWD" && exec ${program.join(' ')} press long`
  const shell = Bun.spawn(['/bin/sh', '-c', line], { cwd: home.cwd, env: home.env, stdout: 'pipe' })
  const { error } = JSON.parse(await new Response(shell.stdout).text())
  expect(error).toMatchObject({ code: 'SCRIPT_ERROR', message: expect.stringContaining(home.cwd) })
})
