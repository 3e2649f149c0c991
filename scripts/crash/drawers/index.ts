// Drawers, killed at random instants and resumed until they are done: no step is missing, none that
// the journal knows to be finished is done again, and what they come to is what the undisturbed run
// came to.

import type { RunPage } from '../../../src/spec/runs.ts'
import { killSometime, openWorld, type World } from '../world.ts'
import { type DrawerCase, drawerCases, writeCase } from './cases.ts'
import { clear } from './gate.ts'
import { attempt, type Killed } from './kill.ts'
import {
  addKill,
  countInside,
  countSteps,
  type Evidence,
  formatResult,
  judgeFiles,
  judgeLedger,
  openEvidence,
} from './judge.ts'
import { findEntry, isKept, progressOf, readJournal } from './look.ts'
import { checkWaits, noteWaits } from './waits.ts'

export { drawerCases }
export type DrawerCaseName = keyof typeof drawerCases

export async function crashDrawer(
  name: DrawerCaseName,
  kills: number,
  program?: readonly string[],
): Promise<string> {
  const drawerCase: DrawerCase = drawerCases[name]
  const world = await openWorld({}, program)
  await writeCase(world.home, drawerCase)
  const still = await pressUndisturbed(world, drawerCase)
  const total = { runs: 0, kills: 0, again: 0 }
  while (total.kills < kills) {
    const round = await pressUntilDone(world, drawerCase, still, kills - total.kills)
    total.runs++
    total.kills += round.kills
    total.again += round.again
  }
  await world.remove()
  return `${total.runs} runs, ${total.kills} kills, ${total.again} steps in flight done again`
}

/** The run that nobody disturbs. */
interface Still {
  result: string
  steps: Map<string, number>
  inside: number
  ms: number
}

async function pressUndisturbed(world: World, { flags = [] }: DrawerCase): Promise<Still> {
  clear(world)
  const started = performance.now()
  const { data } = await world.run('drawer', 'main', 'press', ...flags)
  const ms = performance.now() - started
  const { run_id } = data as { run_id: string }
  return {
    result: formatResult((await world.run('wait', run_id)).data),
    steps: countSteps(world),
    inside: countInside(world.home, run_id),
    ms,
  }
}

/** After so many kills a run is left alone, so that runs end now and then. */
const mostKills = 40

async function pressUntilDone(
  world: World,
  drawerCase: DrawerCase,
  still: Still,
  most: number,
): Promise<{ kills: number; again: number }> {
  clear(world)
  const evidence = openEvidence()
  const waits = new Map<string, number>()
  let kills = 0
  let runId: string | undefined
  for (;;) {
    const withinMs = kills < Math.min(most, mostKills) ? still.ms * 0.7 : undefined
    const before: string | undefined = runId
    const tried = await attempt(world, drawerCase, before, withinMs)
    runId = tried.runId
    if (tried.killed) kills++
    if (runId === undefined) continue
    if (await dropUnbegun(world, runId, before)) {
      runId = before
      continue
    }
    noteWaits(waits, readJournal(world.home, runId))
    if (tried.killed) noteKill(world, drawerCase, evidence, tried, runId)
    if (await isOver(world, runId, kills)) break
  }
  const { data } = await world.run('wait', runId)
  const result = formatResult(data)
  if (result !== still.result) throw new Error(`run ${runId} came to something else:\n${result}`)
  const again = judgeLedger(world, still.steps, evidence)
  checkWaits(waits, data)
  await judgeFiles(world, runId, still.inside)
  return { kills, again }
}

/** Killed before its journal had begun, a run has done nothing, and is tried anew. */
async function dropUnbegun(
  world: World,
  runId: string,
  before: string | undefined,
): Promise<boolean> {
  const entry = findEntry(world.home, runId)
  if (!entry || entry.record !== undefined || isKept(world.home, runId)) return false
  if (readJournal(world.home, runId).length > 0) return false
  if (before === runId || (!before && world.ledger().length > 0))
    throw new Error(`run ${runId} has begun without a journal`)
  await world.run('cancel', runId)
  return true
}

function noteKill(
  world: World,
  drawerCase: DrawerCase,
  evidence: Evidence,
  { killOrphans }: Killed,
  runId: string,
): void {
  addKill(evidence, progressOf(readJournal(world.home, runId)), world, drawerCase)
  killOrphans()
}

/** Whoever asks sees what is left of a dead one, and may be killed doing so. */
async function isOver(world: World, runId: string, kills: number): Promise<boolean> {
  if (kills % 3 === 0) {
    const look = world.start('runs', '--limit', '5')
    await killSometime(look.pid, 30)
    await look.exited
  }
  const { data } = await world.run('runs', '--target', 'drawer/main', '--limit', '200')
  const { status } = (data as RunPage).runs.find(({ run_id }) => run_id === runId) ?? {}
  if (status === undefined) throw new Error(`run ${runId} is forgotten`)
  if (status === 'running' || status === 'waiting')
    throw new Error(`run ${runId} is dead and taken for ${status}`)
  return status !== 'interrupted'
}
