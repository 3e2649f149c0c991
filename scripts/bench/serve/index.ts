// The host under load, beside others in the same run: everybody has started and is idle while one
// of them is asked, and they take turns.

import { rm } from 'node:fs/promises'
import { quantile } from '../quantile.ts'
import { type EventFigures, measureEvents } from './events.ts'
import { memoryOf } from './memory.ts'
import { measurePresses, type PressFigures, pressMany } from './press.ts'
import { type Server, type Side, startIn, startServer } from './sides.ts'
import { measureWebhooks, type WebhookFigures } from './webhooks.ts'

export interface ServeOptions {
  sides: readonly Side[]
  /** How often each side has its turn. */
  rounds: number
  /** Presses between the two looks at the memory. */
  runs: number
}

/** By the name of the side. */
type BySide<T> = Partial<Record<Side['name'], T>>

export interface ServeFigures {
  runs: number
  readyMs: BySide<{ p50: number; max: number }>
  presses: { connections: number; figures: BySide<PressFigures>; ratios: BySide<number> }[]
  webhooks: { count: number; figures: BySide<WebhookFigures>; ratios: BySide<number> }
  events?: EventFigures
  memory: BySide<{ startedBytes: number; pressedBytes: number }>
}

const connectionCounts = [1, 16, 64]
const webhookCount = 2000
const readers = 100

export async function measureServe({ sides, rounds, runs }: ServeOptions): Promise<ServeFigures> {
  const readyMs = await measureReady(sides, rounds)
  const servers = await startAll(sides)
  const presses = []
  for (const connections of connectionCounts) {
    const figures = bySide(servers, await measurePresses(servers, connections, rounds))
    presses.push({ connections, figures, ratios: ratios(figures, 'perSecond', 'perSecond') })
  }
  const accepted = bySide(servers, await measureWebhooks(servers, webhookCount, rounds))
  const webhooks = {
    count: webhookCount,
    figures: accepted,
    ratios: ratios(accepted, 'acceptedPerSecond', 'startedPerSecond'),
  }
  const events = await measureEvents(servers[0]!, readers)
  await stopAll(servers)
  const memory = await measureMemory(sides, runs)
  return { runs, readyMs, presses, webhooks, ...(events && { events }), memory }
}

async function measureReady(
  sides: readonly Side[],
  rounds: number,
): Promise<ServeFigures['readyMs']> {
  const times = sides.map((): number[] => [])
  const started = await startAll(sides)
  await stopAll(started, false)
  for (let round = 0; round < rounds * 4; round++) {
    for (const [index, { home, side }] of started.entries()) {
      const server = await startIn(home, side)
      times[index]!.push(server.readyMs)
      await server.stop()
    }
  }
  await removeAll(started)
  return bySide(
    started,
    times.map((all) => ({ p50: quantile(all, 0.5), max: Math.max(...all) })),
  )
}

async function measureMemory(
  sides: readonly Side[],
  runs: number,
): Promise<ServeFigures['memory']> {
  const servers = await startAll(sides)
  await Bun.sleep(restMs)
  const before = servers.map(({ pid }) => memoryOf(pid))
  for (const server of servers) await pressMany(server, runs)
  await Bun.sleep(restMs)
  const figures = servers.map(({ pid }, index) => ({
    startedBytes: before[index]!,
    pressedBytes: memoryOf(pid),
  }))
  await stopAll(servers)
  return bySide(servers, figures)
}

/** What is needed for a moment only has been given back by then. */
const restMs = 5000

async function startAll(sides: readonly Side[]): Promise<Server[]> {
  const servers: Server[] = []
  for (const side of sides) servers.push(await startServer(side))
  return servers
}

async function stopAll(servers: readonly Server[], forGood = true): Promise<void> {
  for (const server of servers) await server.stop()
  if (forGood) await removeAll(servers)
}

async function removeAll(servers: readonly Server[]): Promise<void> {
  for (const { home } of servers) await rm(home, { recursive: true, force: true })
}

function bySide<T>(servers: readonly Server[], figures: readonly T[]): BySide<T> {
  return Object.fromEntries(servers.map(({ side }, index) => [side.name, figures[index]]))
}

/** Ours divided by each of theirs. */
function ratios<K extends string>(
  figures: BySide<Record<K, number>>,
  own: K,
  theirs: K,
): BySide<number> {
  const { ours, ...others } = figures
  const entries = Object.entries(others).map(([name, one]) => [name, ours![own] / one[theirs]])
  return Object.fromEntries(entries)
}
