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
  /** Lengths of all deadlines that were set, in order. */
  readonly deadlines: number[]
  /** Called after each sleep with the milliseconds that have passed. */
  onTick: (passedMs: number) => void
}

/** A clock on which sleeps pass at once, and deadlines never strike. */
export function fastClock(): FastClock {
  let passedMs = 0
  const clock: FastClock = {
    sleeps: [],
    deadlines: [],
    onTick: () => {},
    now: () => Date.parse('2026-05-02T09:00:00Z') + passedMs,
    monotonic: () => passedMs,
    sleep: async (ms) => {
      clock.sleeps.push(ms)
      passedMs += ms
      clock.onTick(passedMs)
      // Others get their turn, as they would in real time. Not by setImmediate: in one process with
      // the tests of HTTP buttons, the loop of Bun 1.4.5 was seen to sleep on it.
      await new Promise((resolve) => setTimeout(resolve, 0))
    },
    after: (ms) => {
      clock.deadlines.push(ms)
      return () => {}
    },
  }
  return clock
}
