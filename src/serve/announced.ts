// Runs that were accepted and have not begun: found in the inbox and announced, so that they can be
// shown, watched and cancelled from the moment their id was told, also after a restart.

import type { Delivery } from '#spec/delivery.ts'
import { limits } from '#spec/limits.ts'
import type { RunHandle } from '#spec/runs.ts'
import type { Hosting } from './hosting.ts'
import type { LiveRun } from './live/run.ts'
import type { RunSource } from './live/runs.ts'

/** A run of this process, or one that was accepted and nobody has begun. */
export function findRun(runId: string, hosting: Hosting): LiveRun | undefined {
  const { runs, parts } = hosting
  const known = runs.find(runId)
  if (known) return known
  const accepted = parts.findAccepted?.(runId)
  return accepted && isWaiting(accepted) ? announce(runId, accepted, hosting) : undefined
}

/** Announces what has just been accepted, or was found to be. */
export function announce(
  runId: string,
  { kind, target, source }: Pick<Delivery, 'kind' | 'target' | 'source'>,
  hosting: Hosting,
): LiveRun {
  const known = hosting.runs.find(runId)
  if (known) return known
  const run = hosting.runs.announce({
    runId,
    kind,
    name: target,
    source: source satisfies RunSource,
  })
  watchOthers(run, hosting)
  return run
}

// Later attempts are other runs, but for what the death of a host has cut short.
function isWaiting({ status, attempt, error_code }: Delivery): boolean {
  return status === 'accepted' && (attempt === 0 || error_code === 'INTERRUPTED')
}

const lookMs = 1000

// Another host on the same data may take it; whoever watches here must not wait for ever. Between
// our own claim and the beginning of its run lies a moment, so one look is not enough.
function watchOthers(run: LiveRun, { machine, runs, parts }: Hosting): void {
  let takenAt = 0
  const look = () => {
    if (!runs.isAnnounced(run)) return
    const accepted = parts.findAccepted?.(run.runId)
    takenAt = accepted && isWaiting(accepted) ? 0 : takenAt + 1
    if (takenAt < 3) return void machine.clock.after(lookMs, look)
    const message = `Cannot follow run "${run.runId}": another host runs it`
    run.refuse({ code: 'RUN_ACTIVE', message })
  }
  machine.clock.after(lookMs, look)
}

/** A run of which nothing but its acceptance is known. */
export function describeAccepted(runId: string, delivery: Delivery) {
  return { ...handleOfAccepted(runId, delivery), files: {}, artifacts: [], script_steps: [] }
}

/** Runs that were accepted and have not begun, the newest first. */
export function listAccepted({ parts }: Hosting): RunHandle[] {
  const accepted = parts.listAccepted?.(limits.listedAccepted) ?? []
  return accepted.map((delivery) => handleOfAccepted(delivery.run_id ?? '', delivery))
}

function handleOfAccepted(runId: string, delivery: Delivery): RunHandle {
  const { kind, target, status, received_at, finished_at, error_code } = delivery
  return {
    run_id: runId,
    target: `${kind}/${target}`,
    status: states[status],
    started_at: received_at,
    ...(finished_at !== undefined && { finished_at }),
    ...(error_code !== undefined && { error_type: error_code }),
  }
}

const states: Readonly<Record<Delivery['status'], string>> = {
  accepted: 'waiting',
  running: 'running',
  ok: 'ok',
  failed: 'error',
  cancelled: 'cancelled',
  dead: 'interrupted',
}
