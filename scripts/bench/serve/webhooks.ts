// Webhooks: how many a second are accepted, and how many of their scripts are started a second. A
// host that only remembers what it accepted may be fast and lose everything; ours writes it down.

import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { quantile } from '../quantile.ts'
import { ask, postOf } from './client.ts'
import { sum } from './press.ts'
import type { Server } from './sides.ts'

export interface WebhookFigures {
  acceptedPerSecond: number
  p99: number
  /** Until the last script has run, from the first request on. */
  startedPerSecond: number
  /** Accepted, and not run within a minute. */
  lost: number
}

interface Round {
  accepted: number
  acceptSeconds: number
  started: number
  startSeconds: number
  times: number[]
}

/** In the order of the servers, who take turns; `count` webhooks each time, on 64 connections. */
export async function measureWebhooks(
  servers: readonly Server[],
  count: number,
  rounds: number,
): Promise<WebhookFigures[]> {
  const all = servers.map((): Round[] => [])
  for (const server of servers) await flood(server, 100)
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) all[index]!.push(await flood(server, count))
  }
  return all.map(summarize)
}

async function flood({ port, side, home }: Server, count: number): Promise<Round> {
  const ledger = join(home, 'ledger')
  await rm(ledger, { force: true })
  let left = count
  const request = postOf(side.hookPath, '{"event":"paid","amount":12}')
  const begun = performance.now()
  const load = await ask({ port, connections: 64, request, more: () => left-- > 0 })
  const accepted = load.times.length
  const end = begun + 60_000
  while (linesOf(ledger) < accepted && performance.now() < end) await Bun.sleep(2)
  return {
    accepted,
    acceptSeconds: load.seconds,
    started: linesOf(ledger),
    startSeconds: (performance.now() - begun) / 1000,
    times: load.times,
  }
}

// Every script writes one byte.
function linesOf(ledger: string): number {
  return statSync(ledger, { throwIfNoEntry: false })?.size ?? 0
}

function summarize(rounds: readonly Round[]): WebhookFigures {
  const total = (key: Exclude<keyof Round, 'times'>) => sum(rounds.map((round) => round[key]))
  const times = rounds.flatMap((round) => round.times)
  return {
    acceptedPerSecond: total('accepted') / total('acceptSeconds'),
    p99: quantile(times, 0.99),
    startedPerSecond: total('started') / total('startSeconds'),
    lost: total('accepted') - total('started'),
  }
}
