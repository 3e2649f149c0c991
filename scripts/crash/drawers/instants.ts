// The nastiest instants, one by one: a run of a drawer that does something of everything is cut off
// behind each line of its journal, and within each, and resumed from there. What a line says was
// finished is not done again, everything else is done once.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../../src/spec/drawerEvents.ts'
import { formatEntry } from '../../../src/store/files/journal/entries.ts'
import { openWorld, type World } from '../world.ts'
import { type DrawerCase, everything, writeCase } from './cases.ts'
import { clear, killAtGate, openGate } from './gate.ts'
import { countInside, countSteps, formatResult, judgeFiles } from './judge.ts'
import { progressOf, readJournal } from './look.ts'

/** `every`: cuts at each line, or at every second, third … one. */
export async function crashInstants(every: number, program?: readonly string[]): Promise<string> {
  const world = await openWorld({}, program)
  await writeCase(world.home, everything satisfies DrawerCase)
  const story = await record(world)
  let cuts = 0
  for (let lines = 1; lines <= story.events.length; lines += every) {
    await resumeFrom(world, story, { lines, torn: false })
    await resumeFrom(world, story, { lines, torn: true })
    cuts += 2
  }
  const ends = await cutEnds(world, story)
  await world.remove()
  return `a run of ${story.events.length} events cut off at ${cuts + ends} instants`
}

/** A whole run, to be cut off. */
interface Story {
  runId: string
  events: RunEvent[]
  /** The lines of its file in the registry. */
  entry: string
  /** By path below the home. */
  records: Map<string, string>
  /** By these files scripts know that they have failed once. */
  marks: string[]
  /** How often each press is made, failed attempts included. */
  steps: Map<string, number>
  result: string
  inside: number
}

async function record(world: World): Promise<Story> {
  const runId = await killAtGate(world)
  const events = readJournal(world.home, runId)
  const entry = readFileSync(join(world.home, 'active', runId), 'utf8')
  openGate(world)
  const { ok } = await world.run('resume', runId)
  if (!ok) throw new Error('the run cannot be resumed at all')
  const { data } = await world.run('wait', runId)
  const steps = countSteps(world)
  // Once when it was killed at its gate, once when it was resumed.
  steps.set('last', 1)
  return {
    runId,
    events: [...events, ...endOf(runId, data)],
    entry,
    records: readAll(world.home),
    marks: readdirSync(join(world.cwd, 'marks')),
    steps,
    result: formatResult(data),
    inside: countInside(world.home, runId),
  }
}

// Nobody can be killed at the end of a journal that goes with the run: it is written from its result.
function endOf(run_id: string, data: unknown): RunEvent[] {
  const { steps } = data as { steps: Extract<RunEvent, { type: 'step.finished' }>['record'][] }
  const last = steps.at(-1)!
  const head = { run_id, at_ms: Date.now() }
  const index = steps.length - 1
  return [
    { type: 'step.finished', ...head, key: last.id, index, verdict: 'ok', record: last },
    { type: 'run.finished', ...head, key: '', status: 'ok' },
  ]
}

function readAll(home: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const drawer of readdirSync(join(home, 'drawers'))) {
    const folder = join('drawers', drawer, 'pressed')
    const names = existsSync(join(home, folder)) ? readdirSync(join(home, folder)) : []
    for (const name of names)
      found.set(join(folder, name), readFileSync(join(home, folder, name), 'utf8'))
  }
  return found
}

interface Cut {
  lines: number
  /** The next line has been written by half. */
  torn: boolean
  /** The record of the run is in its place, although the journal does not say so. */
  placed?: boolean
}

async function resumeFrom(world: World, story: Story, cut: Cut): Promise<void> {
  const { runId, result } = story
  const { finished, failed } = restore(world, story, cut)
  const answer = await world.run('resume', runId)
  const where = `cut off after ${cut.lines} lines${cut.torn ? ' and a half' : ''}`
  if (!answer.ok) throw new Error(`${where}: ${answer.error?.code}: ${answer.error?.message}`)
  const came = formatResult((await world.run('wait', runId)).data)
  if (came !== result) throw new Error(`${where}: came to something else:\n${came}`)
  const done = countSteps(world)
  for (const [key, wanted] of story.steps) {
    const times = done.get(key) ?? 0
    const expected = finished.has(key) ? 0 : wanted - (failed.has(key) ? 1 : 0)
    if (times !== expected) throw new Error(`${where}: ${key} was done ${times} times`)
  }
  await judgeFiles(world, runId, story.inside)
}

/** The home as it was when the journal had so many lines. */
function restore(world: World, { runId, events, entry, records, marks }: Story, cut: Cut) {
  const { home } = world
  const kept = events.slice(0, cut.lines)
  clear(world)
  for (const name of readdirSync(home).filter((one) => one.startsWith('state.db')))
    rmSync(join(home, name))
  for (const path of readAll(home).keys()) rmSync(join(home, path))
  const recorded = new Set(kept.flatMap((one) => (one.type === 'run.recorded' ? one.run_id : [])))
  // What comes right before the line that says so may have been done as well.
  const next = events[cut.lines]
  if (next?.type === 'run.recorded' && cut.torn) recorded.add(next.run_id)
  if (cut.placed) recorded.add(runId)
  for (const [path, text] of records)
    if (recorded.has((JSON.parse(text) as { run_id: string }).run_id))
      writeFileSync(join(home, path), text)
  const folder = join(home, 'active', `${runId}.d`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(home, 'active', runId), entry)
  const lines = kept.map((event, number) => formatEntry(number, JSON.stringify(event)))
  const half = formatEntry(cut.lines, JSON.stringify(next ?? events[0])).slice(0, 20)
  writeFileSync(join(folder, 'journal'), lines.join('') + (cut.torn ? half : ''))
  const failed = new Set(kept.flatMap(({ type, key }) => (type === 'attempt.failed' ? [key] : [])))
  if (failed.size > 0) for (const name of marks) mkdirSync(join(world.cwd, 'marks', name))
  return { finished: progressOf(kept).finished, failed }
}

/** Between placing the record and forgetting the run: it is over, and nothing is done or recorded. */
async function cutEnds(world: World, story: Story): Promise<number> {
  const { runId, events, inside } = story
  const file = [...story.records].find(([, text]) => text.includes(`"run_id": "${runId}"`))![0]
  for (const forgotten of [false, true]) {
    restore(world, story, { lines: events.length, torn: false, placed: true })
    if (forgotten) {
      rmSync(join(world.home, 'active', `${runId}.d`), { recursive: true })
      const path = join(world.home, 'active', runId)
      writeFileSync(path, `${story.entry}${JSON.stringify({ record: file })}\n`)
    }
    const { error } = await world.run('resume', runId)
    if (error?.code !== 'RUN_FINISHED') throw new Error(`a run that is over: ${error?.code}`)
    if (world.ledger().length > 0) throw new Error('a run that is over did something')
    await judgeFiles(world, runId, inside)
  }
  return 2
}
