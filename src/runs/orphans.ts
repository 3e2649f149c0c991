// What a run's process had started when it died goes on by itself. Before anybody decides about the
// run, that has to end: two scripts of one run side by side would do everything twice.

import { limits } from '#spec/limits.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { Host } from '#host/host.ts'

/**
 * TERM for every process group of the run, KILL for who is left after the grace. `spared`: steps
 * whose groups may go on, since what they left behind is not done again.
 */
export async function endOrphans(
  entry: ActiveEntry,
  host: Host,
  spared?: (step: string) => boolean,
): Promise<void> {
  const { clock, processes } = host
  const { run_id: runId, group_steps: stepOf = {} } = entry
  const wanted = entry.groups.filter((group) => {
    const step = stepOf[String(group)]
    return step === undefined || !spared?.(step)
  })
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
