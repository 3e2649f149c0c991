// Starting a run that lives on by itself: our own executable once more, in a session of its own,
// with its output in files. The run is registered and locked here, and the lock handed down with
// its descriptor: there is no instant at which it is neither held by us nor by the new process.

import { findRunId } from '#core/run/id.ts'
import { formatTime } from '#core/time/format.ts'
import type { DetachedRequest, DetachedRun } from '#spec/runs.ts'
import type { HeldRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

/** The word by which the new process knows what it is for. */
export const performWord = '__run'

export const requestFile = 'request.json'

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
  const run = await store.active.begin({ target, detached: true, ...lineage })
  try {
    await prepare?.(run)
    writeRequest(
      run,
      { ...work, request: { ...work.request, ...lineage } } as DetachedRequest,
      rooms,
    )
    const pid = start(run, rooms)
    run.note({ pid })
    run.release()
    const started_at = formatTime(host.clock.now())
    return { run_id: run.runId, target: `${target.kind}/${target.name}`, pid, started_at }
  } catch (error) {
    run.end()
    throw error
  }
}

// Arguments may be secrets: everybody can read those of a process, only we this file.
function writeRequest({ directory }: HeldRun, work: DetachedRequest, { host }: Rooms): void {
  host.files.makeDirectory(directory, 0o700)
  host.files.create(`${directory}/${requestFile}`, JSON.stringify(work), 0o600)
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
