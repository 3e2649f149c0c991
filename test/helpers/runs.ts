// Runs that are started, waited for and killed from tests. Scripts wait at a gate, a file that the
// test makes, so that nothing depends on how fast anything is.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSteps } from '#core/run/steps.ts'
import type { RunHandle, RunPage } from '#spec/runs.ts'
import { buttons, executable } from './buttons.ts'
import { type ButtonFixture, type Home, homeWith } from './home.ts'
import { program, until } from './program.ts'

/** Says that it is there, and goes on when its gate is open. */
export const gated = `touch "$BUTTONS_RUN_ID.here"
while [ ! -e gate ]; do sleep 0.02; done
`

/** A home whose scripts find the program as `buttons`. */
export function runsHome(fixtures: Record<string, ButtonFixture | string>): Home {
  const home = homeWith({ buttons: fixtures })
  const words = program.map((word) => `'${word}'`).join(' ')
  home.write('bin/buttons', `#!/bin/sh\nexec ${words} "$@"\n`, 0o700)
  home.env['PATH'] = `${join(home.root, 'bin')}:${home.env['PATH']}`
  return home
}

export function openGate(home: Home): void {
  writeFileSync(join(home.cwd, 'gate'), '')
}

/** Waits until the script of a run stands at its gate. */
export async function atGate(home: Home, runId: string): Promise<void> {
  await until(() => existsSync(join(home.cwd, `${runId}.here`)))
}

/** Starts a detached press; its id and process. */
export async function detach(home: Home, ...line: string[]): Promise<{ id: string; pid: number }> {
  const { run_id: id, pid } = await buttons(...line, '--detach')
    .in(home)
    .data<{ run_id: string; pid: number }>()
  return { id, pid }
}

export async function listRuns(home: Home, ...flags: string[]): Promise<RunHandle[]> {
  return (
    await buttons('runs', ...flags)
      .in(home)
      .data<RunPage>()
  ).runs
}

/** `id status` of every run, the newest first. */
export async function statuses(home: Home, ...flags: string[]): Promise<string[]> {
  return (await listRuns(home, ...flags)).map(({ run_id, status }) => `${run_id} ${status}`)
}

/** The ids of runs in progress, as their files say. */
export function activeIds(home: Home): string[] {
  return home.list('data/active').filter((name) => /^[0-9a-f]{16}$/.test(name))
}

/** Whether a process runs; one that has ended and whose parent has not noticed does not. */
export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.startsWith('Z')
  } catch {
    return false
  }
}

/** The lines of a file in the working directory. */
export function ledger(home: Home, name = 'ledger'): string[] {
  const path = join(home.cwd, name)
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}

/** The finished steps of a script, as they are kept for a run in progress or interrupted. */
export function doneSteps(home: Home, runId: string): string[] {
  const path = join(home.data, 'active', `${runId}.d`, 'steps.jsonl')
  if (!existsSync(path)) return []
  return parseSteps(readFileSync(path, 'utf8')).map(({ key }) => key)
}

/** Rounds of a test that is worth many against the executable, and slow without it. */
export function rounds(many: number, few: number): number {
  return executable ? many : few
}
