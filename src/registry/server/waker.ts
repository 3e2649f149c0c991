// Tells agents what was published (registry 14.9): the line of events is in the store, so that an
// event outlives whoever was about to send it.

import type { Wake } from '#store/registry.ts'
import type { ServerContext } from './context.ts'
import { sendWake, type Sent } from './sendWake.ts'

export interface Waker {
  /** Looks into the line now. Never throws. */
  nudge(): void
  close(): Promise<void>
}

const atOnce = 8
/** Longer than the longest call: who claimed it is then no longer at it. */
const leaseMs = 90_000
const pausesMs = [10_000, 60_000, 600_000]
const longestNapMs = 3_600_000

export function openWaker(context: ServerContext): Waker {
  const { store, host } = context
  const stopped = new AbortController()
  let round: Promise<void> | undefined
  let again = false
  let forget = () => {}
  const nudge = () => {
    again = true
    if (!stopped.signal.aborted) round ??= run().finally(() => (round = undefined))
  }
  const run = async () => {
    forget()
    try {
      while (again && !stopped.signal.aborted) {
        again = false
        const wakes = await store.wakes.claim(leaseMs, atOnce)
        await Promise.all(wakes.map((wake) => deliver(wake, stopped.signal, context)))
        if (wakes.length === atOnce) again = true
      }
      if (stopped.signal.aborted) return
      const ms = await store.wakes.nextInMs()
      if (ms !== undefined) forget = host.clock.after(Math.min(ms, longestNapMs), nudge)
    } catch (error) {
      context.note('Cannot wake agents', { why: (error as Error).message })
    }
  }
  return {
    nudge,
    close: async () => {
      stopped.abort()
      forget()
      await round
    },
  }
}

async function deliver(wake: Wake, signal: AbortSignal, context: ServerContext): Promise<void> {
  const { wakes, agents } = context.store
  const sent = await sendWake(wake, signal, context)
  // Whoever stops leaves it to the next one, which sends it again.
  if (signal.aborted && sent !== 'delivered') return
  if (sent === 'refused') await agents.markFailing(wake.slug)
  const pauseMs = sent === 'unreachable' ? pausesMs[wake.attempts - 1] : undefined
  if (pauseMs !== undefined) await wakes.retry(wake.id, pauseMs)
  else await wakes.done(wake.id)
  const { name, version } = wake.event.button
  const facts = { agent: wake.slug, package: `${name}@${version}`, outcome: outcomes[sent] }
  context.note('wake', facts)
}

const outcomes: Readonly<Record<Sent, string>> = {
  delivered: 'delivered',
  late: 'no answer in time',
  unreachable: 'unreachable',
  refused: 'refused for good',
  dropped: 'dropped',
}
