// One try at a run that ends in a kill, or in the end of the run when that comes first: of the
// process alone, of what it had started as well, or of that a little later.

import type { DetachedRun } from '../../../src/spec/runs.ts'
import { type Envelope, killSometime, type World } from '../world.ts'
import type { DrawerCase } from './cases.ts'
import { killGroups } from './gate.ts'
import { activeIds, readRecords } from './look.ts'

export interface Killed {
  /** Undefined while nothing had begun. */
  runId: string | undefined
  killed: boolean
  /** Kills what the run's process had started and left behind, if this is one of those tries. */
  killOrphans(): void
}

/** `withinMs`: undefined lets it live. */
export async function attempt(
  world: World,
  { flags = [], detached, retried }: DrawerCase,
  runId: string | undefined,
  withinMs: number | undefined,
): Promise<Killed> {
  const line =
    runId === undefined
      ? ['drawer', 'main', 'press', ...flags]
      : [retried ? 'retry' : 'resume', runId]
  const before = new Set(allIds(world))
  const killed = detached
    ? await killApart(world, [...line, '--detach'], withinMs)
    : await killHere(world, line, withinMs)
  const known = allIds(world).find((id) => !before.has(id)) ?? runId
  const choice = Math.random()
  const killOrphans = () => known !== undefined && killGroups(world, known)
  if (killed && choice < 0.4) killOrphans()
  return { runId: known, killed, killOrphans: choice > 0.8 ? killOrphans : () => {} }
}

/** Of drawers that somebody has pressed, whatever has become of them. */
function allIds({ home }: World): string[] {
  const outermost = readRecords(home).filter(({ parent_run_id }) => parent_run_id === undefined)
  return [...activeIds(home), ...outermost.map(({ run_id }) => run_id)]
}

async function killHere(
  world: World,
  line: string[],
  withinMs: number | undefined,
): Promise<boolean> {
  const child = world.start(...line)
  const output = new Response(child.stdout).text()
  if (withinMs !== undefined) await killSometime(child.pid, withinMs)
  await child.exited
  if (child.signalCode !== 'SIGKILL') checkAnswer(line, await output)
  return child.signalCode === 'SIGKILL'
}

function checkAnswer(line: string[], stdout: string): Envelope {
  const answer = JSON.parse(stdout) as Envelope
  const code = answer.error?.code
  const mayBe = answer.ok || code === 'RUN_FINISHED' || code === 'SCRIPT_ERROR'
  if (mayBe) return answer
  throw new Error(`"${line.join(' ')}" failed: ${code}: ${answer.error?.message}`)
}

/** Now the caller dies, now the process of the run. */
async function killApart(
  world: World,
  line: string[],
  withinMs: number | undefined,
): Promise<boolean> {
  const child = world.start(...line)
  const output = new Response(child.stdout).text()
  if (withinMs !== undefined && Math.random() < 0.2) await killSometime(child.pid, 40)
  await child.exited
  const killed = child.signalCode === 'SIGKILL'
  if (killed) {
    await waitForAll(world)
    return true
  }
  const { data } = checkAnswer(line, await output)
  if (data === undefined) return false
  const { run_id, pid } = data as Required<DetachedRun>
  if (withinMs !== undefined) await killSometime(pid, withinMs)
  const { error } = await world.run('wait', run_id)
  return error?.code === 'INTERRUPTED'
}

async function waitForAll(world: World): Promise<void> {
  for (const id of activeIds(world.home)) await world.run('wait', id)
}
