// A gate in front of the last step of a drawer: its run stands there until it is killed.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import { activeIds, findEntry } from './look.ts'

/** Presses `main` and kills it with all it started while its last step stands at the gate; its id. */
export async function killAtGate(world: World): Promise<string> {
  clear(world)
  rmSync(join(world.cwd, 'gate'), { force: true })
  const child = world.start('drawer', 'main', 'press')
  while (!existsSync(join(world.cwd, 'here'))) {
    if (child.exitCode !== null) throw new Error('the run ended before its gate')
    await Bun.sleep(5)
  }
  child.kill('SIGKILL')
  await child.exited
  const [runId] = activeIds(world.home)
  killGroups(world, runId!)
  return runId!
}

export function openGate({ cwd }: World): void {
  writeFileSync(join(cwd, 'gate'), '')
}

/** Kills what a run's process had started. */
export function killGroups({ home }: World, runId: string): void {
  for (const group of findEntry(home, runId)?.groups ?? []) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** Nothing was ever done. */
export function clear({ cwd }: World): void {
  for (const name of ['ledger', 'effects', 'marks', 'here'])
    rmSync(join(cwd, name), { recursive: true, force: true })
  for (const name of ['effects', 'marks']) mkdirSync(join(cwd, name))
}
