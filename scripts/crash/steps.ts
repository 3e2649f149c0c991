// A script of twenty steps, killed at random instants and tried again until it is done: no step is
// missing, none that was known to be finished is done again, and the answer is the undisturbed one.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findActive } from '../../src/core/run/active.ts'
import { parseSteps } from '../../src/core/run/steps.ts'
import type { RunPage } from '../../src/spec/runs.ts'
import { killSometime, openWorld, type World } from './world.ts'

const keys = Array.from({ length: 20 }, (_, n) => `step-${n}`)

export async function crashSteps(kills: number): Promise<string> {
  const lines = keys.map(
    (key) => `buttons step ${key} -- sh -c 'echo ${key} >> ledger; sleep 0.01; echo did ${key}'`,
  )
  const world = await openWorld({ script: `set -e\n${lines.join('\n')}\n` })
  const undisturbed = stdoutOf((await world.run('press', 'script')).data)
  let [killed, repeated, presses] = [0, 0, 0]
  while (killed < kills) {
    await world.clearLedger()
    const round = await pressUntilDone(world, kills - killed)
    killed += round.kills
    presses++
    if (round.stdout !== undisturbed) throw new Error(`the answer differs:\n${round.stdout}`)
    repeated += checkLedger(world, round.settled)
  }
  const left = await world.run('runs', '--status', 'running')
  if ((left.data as RunPage).runs.length > 0) throw new Error('a run is taken for running')
  await world.remove()
  return `${presses} scripts of 20 steps, ${killed} kills, ${repeated} steps in flight done again`
}

interface Round {
  kills: number
  stdout: string
  /** How often each step had been done when it was known to be finished. */
  settled: Map<string, number>
}

async function pressUntilDone(world: World, most: number): Promise<Round> {
  const settled = new Map<string, number>()
  const seen = new Set(await ids(world))
  let line = ['press', 'script']
  for (let kills = 0; ; kills++) {
    const press = world.start(...line)
    if (kills < Math.min(most, 50)) {
      await killSometime(press.pid, 250)
      // As often as not the script dies as well, in the middle of a step.
      if (kills % 2 === 0) killScripts(world)
    }
    await press.exited
    const [newest] = ((await world.run('runs', '--limit', '1')).data as RunPage).runs
    if (!newest?.run_id || seen.has(newest.run_id)) continue
    if (newest.status === 'ok') {
      const { data } = await world.run('wait', newest.run_id)
      return { kills, stdout: stdoutOf(data), settled }
    }
    for (const key of finishedSteps(world, newest.run_id))
      if (!settled.has(key)) settled.set(key, count(world, key))
    line = ['retry', newest.run_id]
  }
}

function killScripts({ home }: World): void {
  for (const name of readdirSync(join(home, 'active'))) {
    if (!/^[0-9a-f]{16}$/.test(name)) continue
    const { groups = [] } = findActive(readFileSync(join(home, 'active', name), 'utf8')) ?? {}
    for (const group of groups) killGroup(group)
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

async function ids(world: World): Promise<string[]> {
  const { runs } = (await world.run('runs', '--limit', '1000')).data as RunPage
  return runs.flatMap(({ run_id }) => run_id ?? [])
}

function finishedSteps({ home }: World, runId: string): string[] {
  const path = join(home, 'active', `${runId}.d`, 'steps.jsonl')
  return existsSync(path) ? parseSteps(readFileSync(path, 'utf8')).map(({ key }) => key) : []
}

function count(world: World, key: string): number {
  return world.ledger().filter((line) => line === key).length
}

/** How many steps were done more than once. */
function checkLedger(world: World, settled: Map<string, number>): number {
  for (const key of keys) if (count(world, key) === 0) throw new Error(`${key} was never done`)
  for (const [key, times] of settled)
    if (count(world, key) !== times) throw new Error(`${key} was finished and done again`)
  return world.ledger().length - keys.length
}

function stdoutOf(data: unknown): string {
  return (data as { stdout: string }).stdout
}
