// The benchmark: `bun run bench [--against PATH] [--rounds N] [--runs N] [--json] [NAME …]`.
// Each case runs our executable, and the other one when given, interleaved and copied the same way.

import { copyFile, chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  emptyHome,
  writeButton,
  writeButtons,
  writeChain,
  writeHttpButton,
  writeRecords,
} from './homes.ts'
import { measureInstall, printInstall } from './install.ts'
import { type Figures, measure } from './measure.ts'
import { measureServe } from './serve/index.ts'
import { otherSide, ourSide, webhookSide } from './serve/sides.ts'
import { printServe } from './serve/table.ts'
import { measureSpawn } from './spawn.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: 'string' },
    rounds: { type: 'string', default: '100' },
    runs: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const runs = Number(values.runs)

interface Case {
  name: string
  words: readonly string[]
  /** Share of the rounds: slow cases take fewer. */
  share?: number
  prepare(home: string): Promise<void>
  /** What the case is held against instead of the other executable. */
  rival?: (ours: string) => readonly string[]
}

// Answers the HTTP cases; it lives in this process, as both sides of a case ask it in turn.
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('ok\n') })
const curl = Bun.which('curl')

const cases: readonly Case[] = [
  { name: 'version', words: ['version', '--json'], prepare: async () => {} },
  {
    name: 'press',
    words: ['press', 'hello', '--json'],
    prepare: (home) => writeButton(home, 'hello', 'echo ok\n'),
  },
  {
    name: 'http',
    words: ['press', 'web', '--json'],
    prepare: (home) => writeHttpButton(home, 'web', server.url.href),
    ...(curl && { rival: () => [curl, '-s', server.url.href] }),
  },
  { name: 'list 100', words: ['list', '--json'], prepare: (home) => writeButtons(home, 100) },
  {
    name: `history ${runs}`,
    words: ['history', '--last', '20', '--json'],
    share: 0.2,
    prepare: async (home) => {
      const buttons = Math.max(1, Math.ceil(runs / 100))
      await writeButtons(home, buttons)
      await writeRecords(home, runs, buttons)
    },
  },
  // The difference of the two is what the steps cost.
  chain(0),
  chain(100),
  // Held against the same without a journal.
  journal('process'),
  journal('disk'),
]

function journal(durability: string): Case {
  const words = ['drawer', 'chain', 'press', '--json', '--durability']
  return {
    name: `journal ${durability}`,
    words: [...words, durability],
    share: 0.2,
    prepare: (home) => writeChain(home, 100),
    rival: (ours) => [ours, ...words, 'none'],
  }
}

function chain(steps: number): Case {
  const words = ['drawer', 'chain', 'press', '--json']
  return { name: `drawer ${steps}`, words, share: 0.2, prepare: (home) => writeChain(home, steps) }
}

const folder = await emptyHome()
const ours = await copyIn('dist/buttons', 'ours')
const other = values.against && (await copyIn(values.against, 'other'))
interface Result {
  name: string
  ours: Figures
  other?: Figures
  ratio?: number
}

const results: Result[] = []
for (const one of cases) {
  if (!isWanted(one.name)) continue
  results.push({ name: one.name, ...(await runCase(one)) })
}
const step = await stepFigures()
const install = isWanted('install')
  ? await measureInstall(ours, Math.max(5, Math.round(rounds / 5)))
  : undefined
const serve = isWanted('serve') ? await serveFigures() : undefined
await rm(folder, { recursive: true, force: true })
await server.stop(true)
if (values.json) console.log(JSON.stringify({ rounds, results, step, install, serve }, null, 2))
else printTable()

function isWanted(name: string): boolean {
  return positionals.length === 0 || positionals.some((word) => name.startsWith(word))
}

/** The host takes few, long rounds. */
function serveFigures() {
  const webhook = Bun.which('webhook')
  const sides = [
    ourSide(ours),
    ...(other ? [otherSide(other)] : []),
    ...(webhook === null ? [] : [webhookSide(webhook)]),
  ]
  return measureServe({ sides, rounds: Math.max(1, Math.round(rounds / 20)), runs })
}

/** What one step of a drawer takes, and how much of that is not starting its child. */
async function stepFigures() {
  const [none, hundred] = [0, 100].map((n) => results.find(({ name }) => name === `drawer ${n}`))
  if (!none || !hundred) return undefined
  const script = join(folder, 'step.sh')
  await Bun.write(script, 'echo ok\n')
  const spawnMs = await measureSpawn(script)
  const stepMs = (hundred.ours.p50 - none.ours.p50) / 100
  const otherMs = hundred.other && none.other && (hundred.other.p50 - none.other.p50) / 100
  return { stepMs, spawnMs, beyondMs: stepMs - spawnMs, ...(otherMs && { otherMs }) }
}

// Copies in one folder meet the page cache alike.
async function copyIn(path: string, name: string): Promise<string> {
  const copy = join(folder, name)
  await copyFile(path, copy)
  await chmod(copy, 0o755)
  return copy
}

async function runCase(one: Case): Promise<{ ours: Figures; other?: Figures; ratio?: number }> {
  const subjects = []
  const homes: string[] = []
  const rival = one.rival?.(ours) ?? (other ? [other, ...one.words] : undefined)
  for (const command of [[ours, ...one.words], ...(rival ? [rival] : [])]) {
    const home = await emptyHome()
    homes.push(home)
    await one.prepare(home)
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, BUTTONS_HOME: home, CI: '1' }
    subjects.push({ name: one.name, command, env })
  }
  const count = Math.max(5, Math.round(rounds * (one.share ?? 1)))
  const [mine, theirs] = await measure(subjects, count)
  for (const home of homes) await rm(home, { recursive: true, force: true })
  if (!theirs) return { ours: mine! }
  return { ours: mine!, other: theirs, ratio: mine!.p50 / theirs.p50 }
}

function printTable(): void {
  const ms = (value: number) => `${value.toFixed(2)} ms`
  const memory = (bytes = NaN) =>
    Number.isNaN(bytes) ? 'unknown' : `${(bytes / 1024 / 1024).toFixed(0)} MB`
  for (const { name, ours: mine, other: theirs, ratio } of results) {
    const own = `p50 ${ms(mine.p50)}  p95 ${ms(mine.p95)}  peak ${memory(mine.peakBytes)}`
    const rest = theirs
      ? `  | other p50 ${ms(theirs.p50)}  p95 ${ms(theirs.p95)}  peak ${memory(theirs.peakBytes)}  | ratio ${ratio!.toFixed(2)}`
      : ''
    console.log(`${name.padEnd(16)} ${own}${rest}`)
  }
  if (install) printInstall(install)
  if (serve) printServe(serve)
  if (!step) return
  const theirs = step.otherMs === undefined ? '' : `  | other ${ms(step.otherMs)}`
  const { stepMs, spawnMs, beyondMs } = step
  console.log(`a step ${ms(stepMs)}, spawning ${ms(spawnMs)}, beyond ${ms(beyondMs)}${theirs}`)
}
