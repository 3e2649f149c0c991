// Stopping a host: first nothing new, then what runs is waited for, then it is ended. No child
// survives, and a second signal skips the wait.

import { limits } from '#spec/limits.ts'
import type { HttpServer } from '#host/host.ts'
import type { Hosting } from './hosting.ts'

/** Resolves when everything has ended; `hurry` ends the waiting and every grace. */
export async function stopHost(
  hosting: Hosting,
  server: HttpServer,
  hurry: AbortSignal,
): Promise<void> {
  const { machine, settings, parts, runs, log, audit, store } = hosting
  hosting.draining = true
  hosting.quiet.end()
  log.info('stopping', { running: runs.list().length })
  // Whoever asks is still answered, and told to go elsewhere; only new work is turned away.
  const patience = endsAfter(settings.drain, hurry, machine.clock)
  await Promise.all([runs.idle(patience.signal), parts.drain(patience.signal)])
  patience.forget()
  await endRest(hosting, hurry)
  await Promise.race([server.stop(), machine.clock.sleep(lastAnswersMs, hurry)])
  await parts.close()
  await hosting.apps.close()
  await server.cut()
  await store.settle()
  hosting.dropSpares()
  audit.record({ actor: 'anonymous', action: 'stop', status: 'ok' })
  audit.flush()
  log.flush()
}

/** How long answers that are ready may take to leave. */
const lastAnswersMs = 1000

async function endRest({ machine, runs }: Hosting, hurry: AbortSignal): Promise<void> {
  runs.cancelAll(hurry.aborted)
  const kill = () => runs.cancelAll(true)
  hurry.addEventListener('abort', kill)
  // TERM, grace, KILL, and a little for the records.
  const enough = endsAfter(limits.killGraceMs + 2000, undefined, machine.clock)
  await runs.idle(enough.signal)
  enough.forget()
  hurry.removeEventListener('abort', kill)
}

function endsAfter(
  ms: number,
  sooner: AbortSignal | undefined,
  clock: Hosting['machine']['clock'],
) {
  const controller = new AbortController()
  const end = () => controller.abort()
  const prevent = clock.after(ms, end)
  if (sooner?.aborted) end()
  sooner?.addEventListener('abort', end)
  return {
    signal: controller.signal,
    forget: () => {
      prevent()
      sooner?.removeEventListener('abort', end)
    },
  }
}
