// Runs what waits in the inbox: so many at once, the oldest of each lane in turn. Other processes put
// things there as well, so it is looked at regularly even when nobody says that something came.

import { newRunId } from '#core/run/id.ts'
import { planRetry } from '#core/webhook/retry.ts'
import type { DeliveryOutcome } from '#spec/delivery.ts'
import { limits } from '#spec/limits.ts'
import type { Claim, InboxStore } from '#store/inbox.ts'
import type { EngineContext } from './context.ts'
import type { TriggerTable } from './table.ts'
import { work } from './work.ts'

export interface Dispatcher {
  /** Takes back what dead hosts left, and begins. Throws STORAGE_ERROR. */
  start(): Promise<void>
  /** Something may be due. */
  kick(): void
  /** Something has just been accepted. */
  accepted(): void
  /** Claims nothing more; resolves when nothing runs, or the signal aborts. */
  drain(signal: AbortSignal): Promise<void>
  /** Ends what still runs and gives it back. */
  close(): Promise<void>
  readonly running: number
}

/** How often is looked for what others put there, milliseconds. */
const lookMs = 1000
/** So many deliveries within this time are a flood: then accepting goes before running. */
const flood = { deliveries: 100, ms: 100, pauseMs: 50, runs: 2 }

export function openDispatcher(
  context: EngineContext,
  table: TriggerTable,
  inbox: InboxStore,
): Dispatcher {
  const { host, settings, log } = context
  const { clock, random } = host
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>()
  const idle = new Set<() => void>()
  const timers = new Set<() => void>()
  let claiming = false
  let wanted = false
  let windowStart = -Infinity
  let windowCount = 0
  let lastCount = 0
  let paused = false
  let state: 'ready' | 'open' | 'draining' | 'closing' = 'ready'

  const repeat = (ms: number, act: () => unknown) => {
    let prevent = () => {}
    const arm = () => {
      prevent = clock.after(ms, () => {
        act()
        arm()
      })
    }
    arm()
    timers.add(() => prevent())
  }
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    try {
      await act()
    } catch (error) {
      log.error(`Cannot ${what}`, { why: (error as Error).message })
    }
  }
  // A sender that waits for its answer gives up; what was accepted can wait.
  const isFlooded = () =>
    Math.max(windowCount, lastCount) > flood.deliveries &&
    clock.monotonic() - windowStart < 2 * flood.ms
  const mostRuns = () => (isFlooded() ? Math.min(flood.runs, settings.maxRuns) : settings.maxRuns)
  const claim = async () => {
    const claims = await inbox.claim({
      slots: mostRuns() - running.size,
      newRunId: () => newRunId(clock.now(), random),
      concurrencyOf: (lane) => findConcurrency(lane, table),
    })
    for (const one of claims) run(one)
  }
  const kick = () => {
    wanted = true
    if (claiming || paused || state !== 'open' || running.size >= mostRuns()) return
    if (isFlooded()) return pause()
    claimNow()
  }
  const claimNow = () => {
    claiming = true
    wanted = false
    void attempt('claim deliveries', claim).finally(() => {
      claiming = false
      wakeIfIdle()
      if (wanted) kick()
    })
  }
  const wakeIfIdle = () => {
    if (running.size === 0 && !claiming) for (const wake of idle) wake()
  }
  const pause = () => {
    paused = true
    clock.after(flood.pauseMs, () => {
      paused = false
      if (state !== 'open' || running.size >= mostRuns()) return
      claimNow()
    })
  }
  const run = (one: Claim) => {
    const stop = new AbortController()
    // Claimed while everything was being ended: it is given back without having begun.
    if (state === 'closing') stop.abort()
    const done = attempt('note the end of a run', () => perform(one, stop.signal)).finally(() => {
      running.delete(one.id)
      wakeIfIdle()
      kick()
    })
    running.set(one.id, { stop, done })
  }
  const perform = async (one: Claim, signal: AbortSignal) => {
    const outcome: DeliveryOutcome = signal.aborted
      ? { status: 'cancelled' }
      : await work(one, signal, context)
    if (!(await settle(one, outcome)))
      log.warn('A delivery was taken over by another host', { delivery_id: one.id })
  }
  // What is known of a run must not be lost because the disk was busy for a moment.
  const settle = async (one: Claim, outcome: DeliveryOutcome): Promise<boolean> => {
    for (let tries = 1; ; tries++) {
      try {
        return await write(one, outcome)
      } catch (error) {
        if (tries >= settleTries) throw error
        log.error('Cannot note the end of a run', {
          delivery_id: one.id,
          why: (error as Error).message,
        })
        await clock.sleep(lookMs)
      }
    }
  }
  const write = (one: Claim, outcome: DeliveryOutcome): Promise<boolean> => {
    // Ended by our own end, not by somebody who wanted it to end.
    if (outcome.status === 'cancelled' && state === 'closing' && outcome.errorCode !== 'TIMEOUT')
      return inbox.release(one)
    if (outcome.status !== 'failed') return inbox.finish(one, outcome)
    if (one.attempt < one.maxAttempts) {
      const { delayMs } = planRetry(one.plan.retry)
      return inbox.retry(one, clock.now() + delayMs(one.attempt), outcome)
    }
    return inbox.finish(one, one.maxAttempts > 1 ? { ...outcome, status: 'dead' } : outcome)
  }
  const recover = async () => {
    const { again, dead } = await inbox.recover()
    if (again + dead > 0) log.warn('Took over deliveries of a host that ended', { again, dead })
    if (again > 0) kick()
  }
  return {
    get running() {
      return running.size
    },
    start: async () => {
      await recover()
      if (state !== 'ready') return
      state = 'open'
      repeat(lookMs, kick)
      repeat(limits.staleHeartbeatMs, () => void attempt('recover deliveries', recover))
      repeat(limits.heartbeatMs, () => {
        if (running.size > 0) void attempt('say that this host is alive', inbox.beat)
      })
      repeat(pruneMs, () => void attempt('forget old deliveries', inbox.prune))
      kick()
    },
    kick,
    accepted: () => {
      const now = clock.monotonic()
      if (now - windowStart >= flood.ms) {
        lastCount = now - windowStart < 2 * flood.ms ? windowCount : 0
        windowStart = now
        windowCount = 0
      }
      windowCount++
      kick()
    },
    drain: (signal) => {
      state = 'draining'
      return new Promise((resolve) => {
        const wake = () => {
          idle.delete(wake)
          resolve()
        }
        // What ends from now on was ended by us.
        const giveUp = () => {
          state = 'closing'
          wake()
        }
        if (signal.aborted) return giveUp()
        if (running.size === 0 && !claiming) return wake()
        idle.add(wake)
        signal.addEventListener('abort', giveUp, { once: true })
      })
    },
    close: async () => {
      state = 'closing'
      for (const stop of timers) stop()
      for (const { stop } of running.values()) stop.abort()
      await Promise.allSettled([...running.values()].map(({ done }) => done))
    },
  }
}

const pruneMs = 60_000
const settleTries = 10

function findConcurrency(lane: string, table: TriggerTable): number | undefined {
  const { concurrency, overlap } = table.findLane(lane)?.settings ?? {}
  if (overlap === 'queue') return 1
  return concurrency !== undefined && concurrency >= 1 ? concurrency : undefined
}
