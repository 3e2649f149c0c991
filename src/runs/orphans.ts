// What a run's process had started when it died goes on by itself. Before anybody decides about the
// run, that has to end: two scripts of one run side by side would do everything twice.

import { openPast } from '#core/drawer/run/past.ts'
import { stableKey } from '#core/drawer/run/keys.ts'
import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'host' | 'store'>

export interface OrphanOptions {
  /** What finished steps left behind may go on, since it is not done again. */
  spareFinished?: boolean
}

/**
 * TERM for every process group of the run, KILL for who is left after the grace. The caller has
 * taken the run over.
 */
export async function endOrphans(
  entry: ActiveEntry,
  { host, store }: Look,
  { spareFinished = false }: OrphanOptions = {},
): Promise<void> {
  const { clock, processes } = host
  const { run_id: runId, group_steps: stepOf = {} } = entry
  const finished = await findFinished(runId, store)
  const noted = entry.groups.filter((group) => {
    const step = stepOf[String(group)]
    return step === undefined || !spareFinished || !finished?.has(step)
  })
  const wanted = [...noted, ...findStrays(entry, finished, host)]
  // A group's number is given again one day: only who carries the run's id is ended.
  const alive = () =>
    wanted.filter((group) => processes.findMembers(group, 'BUTTONS_RUN_ID', runId).length > 0)
  let groups = alive()
  for (const group of groups) processes.signalGroup(group, 'SIGTERM')
  const deadline = clock.monotonic() + limits.killGraceMs
  while (groups.length > 0 && clock.monotonic() < deadline) {
    await clock.sleep(limits.cancelPauseMs)
    groups = alive()
  }
  for (const group of groups) processes.signalGroup(group, 'SIGKILL')
  while (alive().length > 0) await clock.sleep(limits.cancelPauseMs)
}

// Undefined for a run that keeps no journal, or none that can be read.
async function findFinished(
  runId: string,
  { journal }: Look['store'],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const events = await journal.read(runId)
    return events && new Set(openPast(events).finishedKeys.map(stableKey))
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

// A process that was killed right after it had started something could not note it any more. What
// finished steps and scripts have set apart on purpose is let be.
function findStrays(
  { run_id: runId, groups, group_steps: stepOf = {} }: ActiveEntry,
  finished: ReadonlySet<string> | undefined,
  { processes }: Look['host'],
): number[] {
  const over = finished ?? new Set(Object.values(stepOf))
  return processes
    .findGroups('BUTTONS_RUN_ID', runId, 'BUTTONS_STEP')
    .filter(({ group, other: step }) => {
      if (groups.includes(group)) return false
      return step === undefined ? groups.length === 0 : !over.has(step)
    })
    .map(({ group }) => group)
}
