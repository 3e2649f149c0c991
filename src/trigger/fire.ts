// The fire of a schedule or a watch: a delivery like any other, so that it shows in lists and waits
// its turn (serve.md 9.11).

import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { planRetry } from '#core/webhook/retry.ts'
import type { InboxStore } from '#store/inbox.ts'
import type { EngineContext } from './context.ts'

export interface Fire {
  /** The tick it stands for: given twice, it fires once. */
  tick?: number
  /** To be run then, epoch milliseconds. */
  dueMs?: number
}

/** False when the last run was still going and the trigger skips then, or it could not be kept. */
export async function fire(
  trigger: HostedTrigger,
  { tick, dueMs }: Fire,
  { host, log, observe }: EngineContext,
  inbox: InboxStore,
): Promise<boolean> {
  const { lane, target, kind, settings, args, inputs, path } = trigger
  const nowMs = host.clock.now()
  const names = { target: `${target.kind}/${target.name}`, trigger: kind }
  if (settings.overlap === 'skip' && inbox.isBusy(lane)) {
    log.info('Skipped a fire: the last run is still going', names)
    observe.skippedFire(target)
    return false
  }
  try {
    const acceptance = await inbox.accept({
      lane,
      target,
      source: kind === 'watch' ? 'watch' : 'cron',
      path,
      method: '',
      query: {},
      headers: {},
      body: new Uint8Array(),
      dedupeKey: tick === undefined ? undefined : `tick:${tick}`,
      receivedMs: nowMs,
      maxAttempts: planRetry(settings.retry).maxAttempts,
      rerun: false,
      ...(dueMs !== undefined && { dueMs }),
      plan: {
        ...(target.kind === 'button' ? { args: { ...args } } : { inputs: { ...inputs } }),
        ...(settings.timeout_seconds && { timeout_seconds: settings.timeout_seconds }),
        ...(settings.retry !== undefined && { retry: settings.retry }),
      },
    })
    if (acceptance.kind === 'accepted') {
      observe.fired(target, Math.max(0, nowMs - (tick ?? nowMs)) / 1000)
      return true
    }
    if (acceptance.kind === 'full') log.error('Lost a fire: the inbox is full', names)
  } catch (error) {
    log.error('Lost a fire: it could not be kept', { ...names, why: (error as Error).message })
  }
  observe.skippedFire(target)
  return false
}
