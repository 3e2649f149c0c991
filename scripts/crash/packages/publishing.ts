// Publishing under fire: one button, a version after the other. What was confirmed is kept by an
// outside ledger, and judged from an empty home.

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePackage } from './pack.ts'
import { type Team, tryAndKill, type Victim } from './team.ts'

export interface Publishing {
  /** Content hashes of what was confirmed, by version. */
  confirmed: Map<string, string>
  ms: number
}

const name = '@team/many'
const folder = 'many'

interface Row {
  name: string
  version: string
  content_hash: string
}

export async function openPublishing(team: Team): Promise<Publishing> {
  writePackage(team.author, folder, '1')
  const publishing: Publishing = { confirmed: new Map(), ms: 0 }
  const started = performance.now()
  await publish(team, publishing)
  publishing.ms = performance.now() - started
  return publishing
}

/** Whether somebody died. */
export async function publishAndKill(
  team: Team,
  publishing: Publishing,
  victim: Victim,
): Promise<boolean> {
  const { ms } = publishing
  const words = ['publish', name]
  const before = await readVersions(team)
  const { killed, answer } = await tryAndKill(team, team.author, words, { victim, ms })
  if (answer?.ok) note(publishing, answer.data)
  const local = readLocal(team)
  const known = await readVersions(team)
  if (known.length > before.length + 1) throw new Error('one command published two versions')
  if (!known.includes(local)) throw new Error(`the local spec says ${local}, the registry does not`)
  await publish(team, publishing)
  return killed
}

/** Undisturbed it succeeds, whatever was before, and is the newest. */
async function publish(team: Team, publishing: Publishing): Promise<void> {
  const { ok, data, error } = await team.author.run('publish', name)
  if (!ok) throw new Error(`publishing failed: ${error?.message}`)
  const version = note(publishing, data)
  if (readLocal(team) !== version) throw new Error('the local spec does not follow')
  const newest = (await readVersions(team)).at(-1)
  if (newest !== version) throw new Error(`${newest} is the newest, not ${version}`)
}

function note({ confirmed }: Publishing, data: unknown): string {
  const { version, sha256 } = data as { version: string; sha256: string }
  if (confirmed.has(version)) throw new Error(`${version} was confirmed twice`)
  confirmed.set(version, sha256)
  return version
}

function readLocal({ author }: Team): string {
  const text = readFileSync(join(author.home, 'buttons', folder, 'button.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function readRows({ host, user }: Team): Promise<Row[]> {
  const headers = { Authorization: `Bearer ${user.env['BUTTONS_BAT_REGISTRY_KEY']}` }
  const answer = await fetch(`${host.url}/v1/index`, { headers })
  return ((await answer.json()) as Row[]).filter((row) => row.name === name)
}

async function readVersions(team: Team): Promise<string[]> {
  return (await readRows(team)).map(({ version }) => version)
}

/** Every version that somebody heard of is there as it was sent, and can be installed. */
export async function judgeVersions(
  team: Team,
  { confirmed }: Publishing,
): Promise<{ confirmed: number; kept: number }> {
  const rows = await readRows(team)
  const hashes = new Map(rows.map((row) => [row.version, row.content_hash]))
  for (const [version, hash] of confirmed)
    if (hashes.get(version) !== hash) throw new Error(`version ${version} was lost or is another`)
  const numbers = rows.map(({ version }) => Number(version))
  if (numbers.some((number, at) => at > 0 && number <= numbers[at - 1]!))
    throw new Error('the newest is not the last')
  for (const { version, content_hash } of rows) await installOne(team, version, content_hash)
  return { confirmed: confirmed.size, kept: rows.length }
}

async function installOne({ user }: Team, version: string, hash: string): Promise<void> {
  const data = join(user.home, 'judge')
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data)
  user.env['BUTTONS_HOME'] = data
  const { ok, error } = await user.run('add', `${name}@${version}`, '--yes')
  if (!ok) throw new Error(`version ${version} cannot be installed: ${error?.message}`)
  const lock = JSON.parse(readFileSync(join(data, 'buttons-lock.json'), 'utf8')) as {
    dependencies: Record<string, { content_hash: string }>
  }
  if (lock.dependencies[name]!.content_hash !== hash) throw new Error(`${version} is another`)
}
