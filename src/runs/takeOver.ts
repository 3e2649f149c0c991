// What a new try takes from an old one: the run itself, when its process died, and the steps that
// its scripts had finished.

import { formatStep, isDone, type KeptStep, parseSteps } from '#core/run/steps.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { ActiveRun, HeldRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

export interface Taken {
  held: HeldRun
  entry: ActiveRun['entry']
}

/** Throws RUN_ACTIVE when somebody was faster. */
export async function take({ entry }: ActiveRun, { store }: Rooms): Promise<Taken> {
  const held = await store.active.adopt(entry.run_id)
  if (held !== undefined && held !== 'held') return { held, entry }
  throw fail('RUN_ACTIVE', `Cannot retry run ${entry.run_id}: somebody has just taken it over`)
}

/** Finished steps of the first file that has them; nobody may write these files any more. */
export function copySteps(
  run: HeldRun,
  paths: readonly (string | undefined)[],
  { host }: Pick<Rooms, 'host'>,
): void {
  const done = new Map<string, KeptStep>()
  for (const path of paths) {
    const bytes = path === undefined ? undefined : host.files.find(path, limits.stepsFileBytes)
    if (!bytes) continue
    for (const step of parseSteps(new TextDecoder().decode(bytes)))
      if (isDone(step) && !done.has(step.key)) done.set(step.key, step)
  }
  if (done.size === 0) return
  host.files.makeDirectory(run.directory, 0o700)
  host.files.append(run.stepsPath, [...done.values()].map(formatStep).join(''), 0o600)
}
