// The registry of runs in progress. What a press needs is here at once, the rest is loaded by who
// looks at runs from outside.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { ActiveStore } from '../../store.ts'
import { activeFolder, artifactsIn, openHolder, runDirectory, stepsIn } from './hold.ts'
import type { Looker } from './look.ts'
import type { HeldSpares } from './spares.ts'

export interface FileActive extends ActiveStore {
  /** To be told of every record. */
  recorded(runId: string | undefined, file: string): void
  keepSpares(spares: HeldSpares): void
}

export function openActive(
  host: Host,
  dataDirectory: string,
  findRecord: Looker['findRecord'],
): FileActive {
  const holder = openHolder(host, dataDirectory)
  const looker = { host, dataDirectory, holder, findRecord }
  const look = () => import('./look.ts')
  return {
    begin: async (run) => holder.begin(run),
    beginOrHide: async (run) => holder.beginOrHide(run),
    stepsPath: (runId) => stepsIn(runDirectory(activeFolder(dataDirectory), runId)),
    artifactsPath: (runId, step) =>
      `${artifactsIn(runDirectory(activeFolder(dataDirectory), runId))}/${step}`,
    started: holder.started,
    sent: holder.sent,
    inherit: async (runId, fd) => {
      if (!host.processes.holdsLock(process.pid, `${activeFolder(dataDirectory)}/${runId}`))
        throw fail('VALIDATION_ERROR', `Cannot go on with run ${runId}: nobody has handed it over`)
      const run = holder.inherit(runId, fd)
      run.note({ pid: process.pid })
      return run
    },
    adopt: async (runId) => (await look()).adoptRun(runId, looker),
    list: async () => (await look()).listActive(looker),
    find: async (runId) => (await look()).findActiveRun(runId, looker),
    watch: async (runId) => (await look()).watchRun(runId, looker),
    askToStop: async (runId) => (await look()).askToStop(runId, looker),
    isHeldBy: (runId, pid) =>
      host.processes.holdsLock(pid, `${activeFolder(dataDirectory)}/${runId}`),
    recorded: holder.recorded,
    keepSpares: holder.keepSpares,
  }
}
