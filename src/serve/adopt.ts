// Going on with runs of drawers whose process died while no host was there (`serve --resume`). Each
// lives on in a process of its own, as with `buttons resume --detach`: it outlasts this host.

import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { RunHandle } from '#spec/runs.ts'
import type { Hosting } from './hosting.ts'

export interface Adoption {
  /** Takes over nothing more. */
  stop(): void
}

/** Begins with those that were interrupted when it is called; the oldest first, so many at once. */
export function adoptRuns(hosting: Hosting): Adoption {
  const end = new AbortController()
  const { log } = hosting
  goOn(hosting, end.signal).catch((error: Error) => {
    if (!end.signal.aborted) log.error(`Cannot resume interrupted runs: ${error.message}`)
  })
  return { stop: () => end.abort() }
}

type Desk = Awaited<ReturnType<Hosting['app']['runs']>>

async function goOn(hosting: Hosting, signal: AbortSignal): Promise<void> {
  const { app, log, settings } = hosting
  const desk = await app.runs({ warn: log.warn })
  const left = await listInterrupted(desk, hosting)
  const work = async () => {
    for (let run = left.pop(); run && !signal.aborted; run = left.pop())
      await resume(run, desk, signal, hosting)
  }
  await Promise.all(Array.from({ length: settings['max-runs'] }, work))
}

/** The newest first. */
async function listInterrupted(desk: Desk, { store, parts }: Hosting): Promise<RunHandle[]> {
  const found: RunHandle[] = []
  for (let cursor: string | undefined; ;) {
    const query = { status: 'interrupted', limit: limits.listBatch }
    const { runs, next } = await desk.list({ ...query, ...(cursor !== undefined && { cursor }) })
    for (const run of runs) if (await isOurs(run, { store, parts })) found.push(run)
    if (next === null) return found
    cursor = next
  }
}

// Without a journal nobody knows where it stood. What was accepted for later is gone on with, or
// not, by whoever carries out deliveries.
async function isOurs(
  { run_id: runId = '', target }: RunHandle,
  { store, parts }: Pick<Hosting, 'store' | 'parts'>,
): Promise<boolean> {
  if (!target.startsWith('drawer/') || parts.findAccepted?.(runId)) return false
  return (await store.active.find(runId))?.entry.durability !== undefined
}

async function resume(
  { run_id: runId = '', target }: RunHandle,
  desk: Desk,
  signal: AbortSignal,
  { log, audit }: Hosting,
): Promise<void> {
  const facts = { run_id: runId, target }
  try {
    await desk.detachResume({ runId, force: false })
    log.info('resumed', facts)
    audit.record({ actor: 'anonymous', action: 'resume', ...facts, status: 'ok' })
    await desk.wait({ runIds: [runId], mode: 'all', signal })
  } catch (error) {
    if (signal.aborted) return
    const { code = 'INTERNAL_ERROR', message } = error as Partial<Failure> & Error
    // Somebody else has resumed or closed it meanwhile.
    if (code === 'RUN_ACTIVE' || code === 'RUN_FINISHED' || code === 'NOT_FOUND') return
    log.warn(message, { ...facts, code })
    audit.record({ actor: 'anonymous', action: 'resume', ...facts, status: 'refused', code })
  }
}
