// Presses per second over connections that stay open: how many come back well, how long they take,
// and how many are refused.

import { quantile } from '../quantile.ts'
import { ask, type Load, postOf } from './client.ts'
import type { Server } from './sides.ts'

export interface PressFigures {
  /** Of presses that came back well. */
  perSecond: number
  p50: number
  p99: number
  /** Share of answers that were no result. */
  errors: number
}

/** Milliseconds of load at a time. */
const loadMs = 1000

/** In the order of the servers, who take turns. */
export async function measurePresses(
  servers: readonly Server[],
  connections: number,
  rounds: number,
): Promise<PressFigures[]> {
  const loads = servers.map((): Load[] => [])
  for (const server of servers) await press(server, connections, loadMs / 4)
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries())
      loads[index]!.push(await press(server, connections, loadMs))
  }
  return loads.map(summarize)
}

function press({ port, side }: Server, connections: number, ms: number): Promise<Load> {
  const end = performance.now() + ms
  const request = postOf(side.pressPath, '{}')
  return ask({ port, connections, request, more: () => performance.now() < end })
}

function summarize(loads: readonly Load[]): PressFigures {
  const seconds = sum(loads.map((load) => load.seconds))
  const times = loads.flatMap((load) => load.times)
  const answers = sum(loads.flatMap(({ statuses }) => [...statuses.values()]))
  return {
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    errors: (answers - times.length) / answers,
  }
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/** Presses so many times, on 16 connections. */
export async function pressMany({ port, side }: Server, count: number): Promise<void> {
  let left = count
  const request = postOf(side.pressPath, '{}')
  await ask({ port, connections: 16, request, more: () => left-- > 0 })
}
