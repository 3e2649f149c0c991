// One run with everything that is known of it.

import { progressOf, type StepProgress } from '#core/drawer/run/progress.ts'
import { handleOfActive, handleOfStored } from '#core/run/handle.ts'
import { type KeptStep, parseSteps } from '#core/run/steps.ts'
import { limits } from '#spec/limits.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Run } from '#spec/run.ts'
import type { ActiveEntry, RunHandle, ScriptStep } from '#spec/runs.ts'
import { getRun } from './find.ts'
import type { Rooms } from './rooms.ts'

export interface RunDetails extends RunHandle {
  /** Of a run that is over: all of it. */
  record?: Run | DrawerRun
  /** Of one that is not: what is known. */
  active?: ActiveEntry
  /** Absolute paths of what it has left behind or is writing. */
  files: { record?: string; stdout?: string; stderr?: string; progress?: string }
  artifacts: { path: string; size: number }[]
  /** Of a drawer that keeps a journal and is not over: how far it has got. */
  steps?: StepProgress[]
  /** What its script did with `buttons step`. */
  script_steps: ScriptStep[]
}

type Look = Pick<Rooms, 'host' | 'store'>

/** Throws NOT_FOUND. */
export async function showRun(runId: string, rooms: Look): Promise<RunDetails> {
  const { host, store } = rooms
  const found = await getRun(runId, 'show', rooms)
  if (found.state === 'active') {
    const { entry, directory, stepsPath } = found.active
    const find = (name: 'stdout' | 'stderr') =>
      host.files.stat(`${directory}/${name}`) && { [name]: `${directory}/${name}` }
    return {
      ...handleOfActive(entry),
      active: entry,
      files: { ...find('stdout'), ...find('stderr') },
      artifacts: [],
      ...(entry.durability !== undefined && { steps: await readProgress(runId, rooms) }),
      script_steps: readSteps(stepsPath, rooms),
    }
  }
  const { stored } = found
  const { artifacts, steps, ...files } = await store.runs.findBeside(stored.file)
  return {
    ...handleOfStored(stored),
    record: stored.run,
    files: { record: `${store.place.dataDirectory}/${stored.file}`, ...files },
    artifacts,
    script_steps: steps === undefined ? [] : readSteps(steps, rooms),
  }
}

// The last line of a journal that is being written may be half there: it does not count yet.
async function readProgress(runId: string, { store }: Look): Promise<StepProgress[]> {
  return progressOf((await store.journal.read(runId)) ?? [])
}

function readSteps(path: string, { host }: Look): ScriptStep[] {
  const bytes = host.files.find(path, limits.stepsFileBytes)
  return bytes ? parseSteps(new TextDecoder().decode(bytes)).map(describeStep) : []
}

function describeStep({ key, exit_code, started_at, duration_ms }: KeptStep): ScriptStep {
  return { key, exit_code, started_at, duration_ms }
}
