// Runs command lines as a user would and checks everything they print. In this process by default;
// with BUTTONS_BIN=dist/buttons through that executable. Silence is expected: what a command prints
// on either stream must be in the test.

import { expect } from 'bun:test'
import { join, resolve } from 'node:path'
import { createApp } from '../../src/app.ts'
import { dispatch } from '../../src/cli/dispatch.ts'
import { openBunHost } from '../../src/host/bun.ts'
import type { Host } from '../../src/host/host.ts'
import type { Home } from './home.ts'

/** The executable under test, when the suite runs against one. */
export const executable = process.env['BUTTONS_BIN']
  ? resolve(process.env['BUTTONS_BIN'])
  : undefined

export interface Finished {
  exit: number
  stdout: string
  stderr: string
}

export interface Expectation {
  exit?: number
  /** Exact text, or a pattern. Default: empty, unless `data`, `error` or `json` is given. */
  stdout?: string | RegExp
  stderr?: string | RegExp
  /** Part of the envelope's data; the envelope must say ok. */
  data?: unknown
  /** Part of the envelope's error; the exit status defaults to 1. */
  error?: Record<string, unknown>
  /** The whole document on stdout. */
  json?: unknown
}

export interface Invocation extends PromiseLike<Finished> {
  in(home: Home): Invocation
  /** In another working directory. */
  from(cwd: string): Invocation
  env(variables: Record<string, string | undefined>): Invocation
  stdin(text: string): Invocation
  /** With stdout, stderr and stdin on a terminal: text mode. Both streams arrive as `stdout`. */
  onTerminal(): Invocation
  expect(expectation: Expectation): Promise<Finished>
  /** Runs, expects success and gives the envelope's data. */
  data<T = Record<string, unknown>>(): Promise<T>
}

interface Setup {
  words: string[]
  cwd: string
  env: Record<string, string>
  stdin: string
  terminal: boolean
}

/** A command line, either split at blanks or as separate words. */
export function buttons(...line: string[]): Invocation {
  const words = line.length === 1 ? line[0]!.split(' ').filter((word) => word !== '') : line
  return invocation({ words, cwd: process.cwd(), env: {}, stdin: '', terminal: false })
}

function invocation(setup: Setup): Invocation {
  const change = (changes: Partial<Setup>) => invocation({ ...setup, ...changes })
  const finish = () => (executable ? runExecutable(executable, setup) : runInProcess(setup))
  return {
    in: (home) => change({ cwd: home.cwd, env: { ...home.env, ...setup.env } }),
    from: (cwd) => change({ cwd }),
    env: (variables) => change({ env: withoutUnset({ ...setup.env, ...variables }) }),
    stdin: (stdin) => change({ stdin }),
    onTerminal: () => change({ terminal: true }),
    expect: async (expectation) => check(await finish(), expectation),
    data: async <T>() => {
      const finished = await check(await finish(), { data: expect.anything() })
      return (JSON.parse(finished.stdout) as { data: T }).data
    },
    // oxlint-disable-next-line unicorn/no-thenable
    then: (resolved, rejected) => finish().then(resolved, rejected),
  }
}

function withoutUnset(variables: Record<string, string | undefined>): Record<string, string> {
  const set = Object.entries(variables).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Record<string, string>
}

async function runInProcess(setup: Setup): Promise<Finished> {
  const real = openBunHost()
  let [stdout, stderr] = ['', '']
  const decode = (text: string | Uint8Array) =>
    typeof text === 'string' ? text : new TextDecoder().decode(text)
  const input = setup.stdin.split('\n')
  const host: Host = {
    ...real,
    env: setup.env,
    cwd: setup.cwd,
    // What starts the program again must not start the test.
    selfArguments: [join(import.meta.dir, '../../src/main.ts')],
    terminal: {
      write: (text) => void (stdout += decode(text)),
      writeError: (text) => {
        if (setup.terminal) stdout += decode(text)
        else stderr += decode(text)
      },
      offerError: (bytes) => {
        stderr += decode(bytes)
        return bytes.length
      },
      stdoutGone: false,
      stdoutIsTerminal: setup.terminal,
      stderrIsTerminal: setup.terminal,
      stdinIsTerminal: setup.terminal,
      readLine: async () => (input.length > 1 || input[0] ? input.shift() : undefined),
      readAll: async () => new TextEncoder().encode(setup.stdin),
    },
    signals: { onStop: () => () => {}, onNudge: () => () => {} },
  }
  const exit = await dispatch(setup.words, createApp(host))
  return { exit, stdout, stderr }
}

async function runExecutable(path: string, setup: Setup): Promise<Finished> {
  if (setup.terminal) return runOnTerminal(path, setup)
  const child = Bun.spawn([path, ...setup.words], {
    cwd: setup.cwd,
    env: setup.env,
    stdin: new TextEncoder().encode(setup.stdin),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { exit: await child.exited, stdout, stderr }
}

async function runOnTerminal(path: string, setup: Setup): Promise<Finished> {
  const decoder = new TextDecoder()
  let stdout = ''
  const child = Bun.spawn([path, ...setup.words], {
    cwd: setup.cwd,
    env: { ...setup.env, TERM: 'xterm-256color' },
    terminal: {
      cols: 200,
      rows: 50,
      data: (_, bytes) => void (stdout += decoder.decode(bytes, { stream: true })),
    },
  })
  // What is typed is echoed by the terminal; tests that answer questions match a part of the text.
  if (setup.stdin !== '') child.terminal!.write(setup.stdin)
  const exit = await child.exited
  child.terminal!.close()
  return { exit, stdout: stdout.replaceAll('\r\n', '\n'), stderr: '' }
}

function check(finished: Finished, expected: Expectation): Finished {
  const enveloped = 'data' in expected || 'error' in expected || 'json' in expected
  const exit = expected.exit ?? (expected.error ? 1 : 0)
  const { stdout, stderr } = finished
  expect({ ...finished, stderr: '' }).toMatchObject({ exit })
  checkText(stderr, expected.stderr ?? '')
  if (!enveloped || expected.stdout !== undefined) checkText(stdout, expected.stdout ?? '')
  if (!enveloped) return finished
  const document = JSON.parse(stdout) as { ok: boolean; data?: unknown; error?: unknown }
  if ('json' in expected) expect(document).toEqual(expected.json as typeof document)
  if ('error' in expected)
    expect(document).toMatchObject({ ok: false, error: expected.error as object })
  if ('data' in expected) checkData(document, expected)
  return finished
}

function checkData(document: { ok: boolean; data?: unknown }, expected: Expectation): void {
  if (!expected.error) expect(document.ok).toBe(true)
  const { data } = expected
  if (Array.isArray(data) || typeof data !== 'object' || data === null || isMatcher(data))
    expect(document.data).toEqual(data)
  else expect(document.data).toMatchObject(data)
}

function isMatcher(value: object): boolean {
  return 'asymmetricMatch' in value || Object.getPrototypeOf(value) !== Object.prototype
}

function checkText(actual: string, expected: string | RegExp): void {
  if (expected instanceof RegExp) expect(actual).toMatch(expected)
  else expect(actual).toBe(expected)
}
