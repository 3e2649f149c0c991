// Starting a run that lives on by itself: our own executable once more, in a session of its own,
// with its output in files. The run is registered and locked here, and the lock handed down with
// its descriptor: there is no instant at which it is neither held by us nor by the new process.

import { findRunId } from '#core/run/id.ts'
import { formatTime } from '#core/time/format.ts'
import type { DetachedRequest, DetachedRun } from '#spec/runs.ts'
import type { Target } from '#spec/run.ts'
import type { HeldRun } from '#store/store.ts'
import { writeRequest } from './request.ts'
import type { Rooms } from './rooms.ts'

/** The word by which the new process knows what it is for. */
export const performWord = '__run'

export interface DetachOptions {
  retryOf?: string
  /** Does what has to be done under the new run before it starts. */
  prepare?(run: HeldRun): Promise<void>
}

/** Returns once the new process is there. Throws what would keep the press from starting. */
export async function detachRun(
  work: DetachedRequest,
  rooms: Rooms,
  options: DetachOptions = {},
): Promise<DetachedRun> {
  const { host, store } = rooms
  const target = { kind: work.kind, name: await rooms.check(work) }
  const parentRunId = findRunId(host.env['BUTTONS_RUN_ID'])
  const { retryOf, prepare } = options
  const lineage = {
    ...(parentRunId !== undefined && { parentRunId }),
    ...(retryOf !== undefined && { retryOf }),
  }
  const run = await store.active.begin({ target, detached: true, cwd: host.cwd, ...lineage })
  try {
    await prepare?.(run)
    writeRequest(
      run,
      { ...work, request: { ...work.request, ...lineage } } as DetachedRequest,
      rooms,
    )
    return startApart(run, target, rooms)
  } catch (error) {
    run.end()
    throw error
  }
}

/** Hands a held run with its request to a process of its own. */
export function startApart(run: HeldRun, { kind, name }: Target, rooms: Rooms): DetachedRun {
  const pid = start(run, rooms)
  run.note({ pid, detached: true })
  run.release()
  const started_at = formatTime(rooms.host.clock.now())
  return { run_id: run.runId, target: `${kind}/${name}`, pid, started_at }
}

function start(run: HeldRun, { host }: Rooms): number {
  return host.processes.startApart({
    command: [host.executable, ...host.selfArguments, performWord, run.runId],
    cwd: host.cwd,
    env: environment(host),
    stdout: `${run.directory}/stdout`,
    stderr: `${run.directory}/stderr`,
    inherit: run.fd!,
  })
}

// The new run is no part of the one whose script detached it, except for what its entry says.
const ours = [
  'BUTTONS_RUN_ID',
  'BUTTONS_STEP',
  'BUTTONS_IDEMPOTENCY_KEY',
  'BUTTONS_STEPS_PATH',
  'BUTTONS_PROGRESS_PATH',
  'BUTTONS_ARTIFACTS_DIR',
]

function environment({ env }: Rooms['host']): Record<string, string> {
  const kept: Record<string, string> = Object.create(null)
  for (const name in env) {
    const value = env[name]
    if (value !== undefined && !name.startsWith('BUN_') && !ours.includes(name)) kept[name] = value
  }
  return kept
}
