// A home of its own for one case of the crash matrix, and an outside ledger: a file that only the
// scripts write, so that it tells what was really done.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeButton } from '../bench/homes.ts'

export interface World {
  home: string
  /** What commands are given from now on. */
  env: Record<string, string>
  /** Where commands run and the ledger lies. */
  cwd: string
  ledger(): string[]
  clearLedger(): Promise<void>
  /** Starts a command line. */
  start(...words: string[]): Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  /** Runs one to its end and gives the envelope. */
  run(...words: string[]): Promise<Envelope>
  remove(): Promise<void>
}

export interface Envelope {
  ok: boolean
  data?: unknown
  error?: { code: string; message: string }
}

const executable = resolve(process.env['BUTTONS_BIN'] ?? 'dist/buttons')

/** `program`: the words that start what is to be killed. */
export async function openWorld(
  buttons: Record<string, string>,
  program: readonly string[] = [executable],
): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'buttons-crash-'))
  const cwd = join(home, 'work')
  const bin = join(home, 'bin')
  await mkdir(cwd)
  await mkdir(bin)
  const quoted = program.map((word) => `'${word}'`).join(' ')
  await writeFile(join(bin, 'buttons'), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o700 })
  for (const [name, code] of Object.entries(buttons)) await writeButton(home, name, code)
  const path = `${bin}:${process.env['PATH']}`
  const env: World['env'] = { PATH: path, HOME: home, BUTTONS_HOME: home, CI: '1' }
  const ledgerPath = join(cwd, 'ledger')
  const start = (...words: string[]) =>
    Bun.spawn([...program, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  return {
    home,
    env,
    cwd,
    ledger: () =>
      existsSync(ledgerPath) ? readFileSync(ledgerPath, 'utf8').split('\n').filter(Boolean) : [],
    clearLedger: () => rm(ledgerPath, { force: true }),
    start,
    run: async (...words) => {
      const child = start(...words)
      const stdout = await new Response(child.stdout).text()
      await child.exited
      return JSON.parse(stdout) as Envelope
    },
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

/** Ends a process at a random instant within `withinMs`, unless it ends before. */
export async function killSometime(pid: number, withinMs: number): Promise<void> {
  await Bun.sleep(Math.random() * withinMs)
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was faster.
  }
}
