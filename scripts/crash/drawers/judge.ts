// The judgement over one run of a drawer that was killed again and again: by the ledger that only the
// scripts write, by what the journal had said at each kill, and by the files that are left.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import type { DrawerCase } from './cases.ts'
import { activeIds, type Progress, readRecords } from './look.ts'

/** What is known of a run while it is killed. */
export interface Evidence {
  /** How often each step had been done when its end was first seen in the journal. */
  settled: Map<string, number>
  /** At how many kills each step was under way: so often it may be done again. */
  interrupted: Map<string, number>
}

export function openEvidence(): Evidence {
  return { settled: new Map(), interrupted: new Map() }
}

export function addKill(
  { settled, interrupted }: Evidence,
  { finished, inFlight }: Progress,
  world: World,
  { branches = 1 }: DrawerCase,
): void {
  if (inFlight.size > branches)
    throw new Error(`${inFlight.size} steps are under way at once: ${[...inFlight].join(', ')}`)
  const done = countSteps(world)
  for (const key of finished) if (!settled.has(key)) settled.set(key, done.get(key) ?? 0)
  for (const key of inFlight) interrupted.set(key, (interrupted.get(key) ?? 0) + 1)
}

/** By step, how often its script ran. */
export function countSteps(world: World): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of world.ledger()) {
    const key = line.slice(0, line.lastIndexOf(' '))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** How many steps were done again. */
export function judgeLedger(
  world: World,
  undisturbed: ReadonlyMap<string, number>,
  { settled, interrupted }: Evidence,
): number {
  const done = countSteps(world)
  for (const key of done.keys())
    if (!undisturbed.has(key)) throw new Error(`${key} was done, and is no step`)
  let again = 0
  for (const [key, wanted] of undisturbed) {
    const times = done.get(key) ?? 0
    const most = wanted + (interrupted.get(key) ?? 0)
    if (times < wanted) throw new Error(`${key} was done ${times} times instead of ${wanted}`)
    if (times > most) throw new Error(`${key} was done ${times} times, at most ${most} are allowed`)
    again += times - wanted
  }
  for (const [key, times] of settled)
    if (done.get(key) !== times) throw new Error(`${key} was finished and done again`)
  judgeEffects(world, undisturbed)
  return again
}

// Each step has one key, whatever becomes of its run, so its effect was made exactly once.
function judgeEffects(world: World, undisturbed: ReadonlyMap<string, number>): void {
  const lines = new Set(world.ledger())
  const effects = readdirSync(join(world.cwd, 'effects')).length
  if (lines.size !== undisturbed.size || effects !== undisturbed.size)
    throw new Error(`${undisturbed.size} steps had ${lines.size} keys and ${effects} effects`)
}

/** `inside`: how many drawers the undisturbed run had pressed. */
export async function judgeFiles(world: World, runId: string, inside: number): Promise<void> {
  const records = readRecords(world.home)
  const own = records.filter((record) => record.run_id === runId)
  if (own.length !== 1) throw new Error(`run ${runId} has ${own.length} records`)
  const nested = countInside(world.home, runId)
  if (nested !== inside) throw new Error(`${nested} drawers inside are recorded, not ${inside}`)
  const ids = new Set(records.map(({ run_id }) => run_id))
  if (ids.size !== records.length) throw new Error('two records have the same run id')
  await world.run('runs', '--limit', '1')
  const left = activeIds(world.home)
  if (left.length > 0) throw new Error(`${left.join(', ')} is still in the registry`)
  if (existsSync(join(world.home, 'active', `${runId}.d`)))
    throw new Error(`what belonged to run ${runId} while it ran is still there`)
}

/** How many records are of drawers inside a run, at any depth. */
export function countInside(home: string, runId: string): number {
  const records = readRecords(home)
  const ids = [runId]
  for (const id of ids)
    for (const { parent_run_id, run_id } of records) if (parent_run_id === id) ids.push(run_id)
  return ids.length - 1
}

/** What a run came to, without what differs from press to press. */
export function formatResult(data: unknown): string {
  return JSON.stringify(data, (key, value: unknown) => (passing.has(key) ? undefined : value), 2)
}

const passing = new Set([
  'run_id',
  'nested_run_id',
  'retry_of',
  'reused_from',
  'started_at',
  'finished_at',
  'duration_ms',
  'waited_ms',
  'until',
  // A kill makes one of the attempts come to nothing.
  'attempts',
])
