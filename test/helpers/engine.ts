// The press engine by itself in a home: real files, locks and processes, with whatever part of the
// machine a test wants to replace.

import { openBunHost } from '#host/bun.ts'
import type { Clock, Host } from '#host/host.ts'
import type { PressContext } from '#press/context.ts'
import { press } from '#press/press.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { stores } from '#store/index.ts'
import type { Home } from './home.ts'

export interface Engine extends PressContext {
  warnings: string[]
  press(request: Partial<PressRequest> & { name: string }): Promise<PressResult>
}

export function openEngine(home: Home, changes: Partial<Host> = {}): Engine {
  const host: Host = { ...openBunHost(), env: home.env, cwd: home.cwd, ...changes }
  const warnings: string[] = []
  const context = {
    host,
    store: stores.files(host),
    warn: (text: string) => void warnings.push(text),
  }
  return { ...context, warnings, press: (request) => press({ args: {}, ...request }, context) }
}

export interface FastClock extends Clock {
  /** Lengths of all sleeps, in order. */
  readonly sleeps: number[]
  /** Called after each short sleep with the milliseconds that have passed. */
  onTick: (passedMs: number) => void
}

/**
 * A clock on which short sleeps pass at once and long ones never end by themselves: pauses between
 * two looks cost nothing, deadlines do not strike.
 */
export function fastClock(longMs = 1000): FastClock {
  let passedMs = 0
  const clock: FastClock = {
    sleeps: [],
    onTick: () => {},
    now: () => Date.parse('2026-05-02T09:00:00Z') + passedMs,
    monotonic: () => passedMs,
    sleep: async (ms, signal) => {
      clock.sleeps.push(ms)
      if (ms >= longMs) return ended(signal)
      passedMs += ms
      clock.onTick(passedMs)
      // Others get their turn, as they would in real time.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return clock
}

function ended(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
