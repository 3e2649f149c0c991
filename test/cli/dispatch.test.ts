// What the frame makes of errors, colours and signals; with a host that misbehaves on purpose.

import { expect, test } from 'bun:test'
import { createApp } from '../../src/app.ts'
import { dispatch } from '../../src/cli/dispatch.ts'
import { listenForStops } from '../../src/cli/stops.ts'
import { openBunHost } from '../../src/host/bun.ts'
import {
  type Files,
  type Host,
  HostError,
  type Platform,
  type StopSignal,
} from '../../src/host/host.ts'
import { emptyHome, type Home } from '../helpers/home.ts'

interface Changes {
  files?: Partial<Files>
  platform?: Platform
  env?: Record<string, string>
  terminal?: boolean
  write?: (text: string | Uint8Array) => void
  writeError?: (text: string | Uint8Array) => void
}

async function run(line: string, home: Home, changes: Changes = {}) {
  const real = openBunHost()
  let [stdout, stderr] = ['', '']
  const { terminal: isTerminal = false } = changes
  const host: Host = {
    ...real,
    env: { ...home.env, ...changes.env },
    cwd: home.cwd,
    files: { ...real.files, ...changes.files },
    platform: changes.platform ?? real.platform,
    terminal: {
      ...real.terminal,
      write: changes.write ?? ((text) => void (stdout += text)),
      writeError: changes.writeError ?? ((text) => void (stderr += text)),
      stdoutGone: false,
      stdoutIsTerminal: isTerminal,
      stderrIsTerminal: isTerminal,
      stdinIsTerminal: isTerminal,
    },
  }
  return { exit: await dispatch(line.split(' '), createApp(host)), stdout, stderr }
}

const broken = {
  get os(): string {
    throw new TypeError('a mistake of ours with hunter2')
  },
} as Platform

test('a mistake of ours is told in detail on stderr and in general on stdout', async () => {
  const { exit, stdout, stderr } = await run('version', emptyHome(), { platform: broken })
  expect(exit).toBe(1)
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    error: { code: 'INTERNAL_ERROR', message: expect.not.stringContaining('hunter2') },
  })
  expect(stderr).toMatch(/^internal error: TypeError: a mistake of ours/)
})

test('people see a mistake of ours once', async () => {
  const told = await run('version', emptyHome(), { platform: broken, terminal: true })
  expect(told).toMatchObject({ exit: 1, stdout: '' })
  expect(told.stderr).toMatch(/^internal error: TypeError: a mistake of ours/)
})

test('what the machine refuses is a storage problem with its reason', async () => {
  const files = {
    list: () => {
      throw new HostError('EACCES', 'open', '/somewhere')
    },
  }
  const { exit, stdout, stderr } = await run('list', emptyHome(), { files })
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'STORAGE_ERROR' } })
})

test('an answer that cannot be written anywhere still ends the process as a failure', async () => {
  const full = () => {
    throw new HostError('ENOSPC', 'write')
  }
  const silent = await run('list', emptyHome(), { write: full, writeError: full })
  expect(silent.exit).toBe(1)
  const { exit, stderr } = await run('list', emptyHome(), { write: full })
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: 'Cannot print the answer: ENOSPC: write\n' })
})

const colorful = { env: { NO_COLOR: '', TERM: 'xterm' }, terminal: true }

test('on a terminal the mark, the code and what is aside are coloured', async () => {
  const home = emptyHome()
  const good = await run('batteries set KEY value', home, colorful)
  expect(good.stderr).toBe(
    '\x1b[32m✓\x1b[0m Set KEY (global)\n\x1b[2m  Next: buttons batteries list\x1b[0m\n',
  )
  const bad = await run('press nope', home, colorful)
  expect(bad.stderr).toStartWith('\x1b[31mNOT_FOUND:\x1b[0m Cannot ')
  expect(bad.stderr).toContain('\n\x1b[2m  hint: ')
  const odd = await run('batteries nope', home, colorful)
  expect(odd.stderr).toStartWith('\x1b[33mwarning:\x1b[0m unknown command')
})

test('without colour the words are the same', async () => {
  const home = emptyHome()
  const plain = '✓ Set KEY (global)\n  Next: buttons batteries list\n'
  for (const env of [{ NO_COLOR: '1' }, { NO_COLOR: '', TERM: 'dumb' }, { NO_COLOR: '' }]) {
    const { stderr } = await run('batteries set KEY value', home, { env, terminal: true })
    expect(stderr).toBe(plain)
  }
})

test('data is never coloured', async () => {
  const home = emptyHome()
  await run('batteries set KEY value', home)
  const { stdout } = await run('batteries list', home, colorful)
  expect(stdout).toBe('KEY  VALUE  SCOPE\nKEY  •alue  global\n')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends with %i once a command listens', (signal, status) => {
  let send: (signal: StopSignal) => void = () => {}
  let listening = 0
  const stops = listenForStops({
    onStop: (listener) => {
      listening++
      send = listener
      return () => void listening--
    },
    onNudge: () => () => {},
  })
  expect(listening).toBe(0)
  const stop = stops.signal()
  expect(stops.signal()).toBe(stop)
  expect({ listening, aborted: stop.aborted, status: stops.exitStatus() }).toEqual({
    listening: 1,
    aborted: false,
    status: undefined,
  })
  send(signal)
  expect({ aborted: stop.aborted, hurry: stops.hurry().aborted }).toEqual({
    aborted: true,
    hurry: false,
  })
  send('SIGTERM')
  expect(stops.hurry().aborted).toBe(true)
  expect(stops.exitStatus()).toBe(status)
  stops.forget()
  expect(listening).toBe(0)
})
