// Several who want something of one interrupted run at the same time: two who resume it, one who
// cancels it while it is resumed, and a resume that is killed while it starts.

import { killSometime, openWorld, type World } from '../world.ts'
import { everything, writeCase } from './cases.ts'
import { killAtGate, openGate } from './gate.ts'
import { judgeFiles } from './judge.ts'
import { progressOf, readJournal, readRecords } from './look.ts'

export async function crashRaces(rounds: number, program?: readonly string[]): Promise<string> {
  const world = await openWorld({}, program)
  await writeCase(world.home, everything)
  const counts = { cancelled: 0, finished: 0 }
  for (let n = 0; n < rounds; n++) {
    await resumeTwice(world)
    await killStarts(world)
    counts[await cancelWhileResumed(world)]++
  }
  await world.remove()
  const { cancelled, finished } = counts
  return `${rounds} rounds of each race; of the cancelled ones ${cancelled} were, ${finished} were faster`
}

const insides = 2

async function resumeTwice(world: World): Promise<void> {
  const runId = await killAtGate(world)
  const done = progressOf(readJournal(world.home, runId)).finished.size
  const before = world.ledger().length
  openGate(world)
  const answers = await Promise.all([world.run('resume', runId), world.run('resume', runId)])
  const codes = answers.map(({ ok, error }) => (ok ? 'ok' : error?.code))
  const lost = codes.filter((code) => code === 'RUN_ACTIVE' || code === 'RUN_FINISHED')
  if (!codes.includes('ok') || lost.length !== 1)
    throw new Error(`of two who resumed ${runId}: ${codes.join(', ')}`)
  const again = world.ledger().length - before
  if (again !== 1) throw new Error(`${again} steps were done after ${done} had been`)
  await judgeFiles(world, runId, insides)
}

async function killStarts(world: World): Promise<void> {
  const runId = await killAtGate(world)
  const before = world.ledger().length
  openGate(world)
  let kills = 0
  for (; kills < 6; kills++) {
    const resume = world.start('resume', runId)
    await killSometime(resume.pid, 40)
    await resume.exited
  }
  const { ok, error } = await world.run('resume', runId)
  if (!ok && error?.code !== 'RUN_FINISHED') throw new Error(`${error?.code}: ${error?.message}`)
  const again = world.ledger().length - before
  if (again < 1 || again > kills + 1) throw new Error(`the last step was done ${again} times more`)
  await judgeFiles(world, runId, insides)
}

async function cancelWhileResumed(world: World): Promise<'cancelled' | 'finished'> {
  const runId = await killAtGate(world)
  const resume = world.start('resume', runId)
  await Bun.sleep(Math.random() * 60)
  if (Math.random() < 0.5) openGate(world)
  const { ok, error } = await world.run('cancel', runId)
  if (!ok && error?.code !== 'RUN_FINISHED') throw new Error(`${error?.code}: ${error?.message}`)
  const after = world.ledger().length
  openGate(world)
  await resume.exited
  if (world.ledger().length > after) throw new Error(`run ${runId} went on after it was cancelled`)
  const { status } = readRecords(world.home).find(({ run_id }) => run_id === runId)!
  if (status !== (ok ? 'cancelled' : 'ok')) throw new Error(`run ${runId} is recorded as ${status}`)
  await judgeFiles(world, runId, insides)
  return ok ? 'cancelled' : 'finished'
}
