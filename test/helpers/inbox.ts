// An inbox of its own in a temporary home, with a clock that a test may move.

import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import type { Claim, InboxOptions, InboxStore, NewDelivery } from '#store/inbox.ts'
import { openInbox } from '#store/sqlite/inbox/inbox.ts'
import type { Home } from './home.ts'

export interface TestInbox extends InboxStore {
  /** Moves the clock. */
  pass(ms: number): void
  claimAll(concurrency?: number, slots?: number): Promise<Claim[]>
}

let instances = 0

/** Opens the inbox of a home as one more host would. */
export function inboxOf(
  home: Home,
  options: Partial<InboxOptions> = {},
  changes: Partial<Host> = {},
  hasBegun: (runId: string) => boolean = () => true,
): TestInbox {
  const real = openBunHost()
  let offset = 0
  const clock = { ...real.clock, now: () => Date.parse('2026-05-02T09:00:00Z') + offset }
  const host: Host = { ...real, env: home.env, cwd: home.cwd, clock, ...changes }
  host.files.makeDirectory(home.data, 0o700)
  const all: InboxOptions = {
    instance: `test${++instances}`,
    maxPending: 10_000,
    maxPendingBytes: 2 ** 30,
    retainMs: 7 * 24 * 3600 * 1000,
    ...options,
  }
  const inbox = openInbox(host, home.data, all, hasBegun)
  let runs = 0
  return {
    ...inbox,
    pass: (ms) => void (offset += ms),
    claimAll: (concurrency, slots = 1000) =>
      inbox.claim({
        slots,
        newRunId: () => String(++runs).padStart(16, '0'),
        concurrencyOf: () => concurrency,
      }),
  }
}

/** A webhook for a drawer. */
export function deliveryOf(changes: Partial<NewDelivery> = {}): NewDelivery {
  const name = changes.target?.name ?? 'main'
  return {
    lane: `drawer/${name}/webhook:/x`,
    target: { kind: 'drawer', name },
    source: 'webhook',
    path: '/x',
    method: 'POST',
    query: { q: '1' },
    headers: { 'Content-Type': 'application/json' },
    body: new TextEncoder().encode('{"a":1}'),
    receivedMs: Date.parse('2026-05-02T09:00:00Z'),
    maxAttempts: 1,
    rerun: true,
    plan: {},
    ...changes,
  }
}
