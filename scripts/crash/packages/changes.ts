// What changes the packages of a home, and what is there before and after. Every command is tried on a
// fresh copy of the home in which it was first seen through undisturbed.

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishPack } from './pack.ts'
import { findDifferences, findLeftovers, type Snapshot, snapshot } from './snapshot.ts'
import { type Team, tryAndKill, type Victim } from './team.ts'

export interface Changes {
  acts: readonly Act[]
  /** How often everything was old, or new, or each package by itself. */
  seen: { old: number; fresh: number; each: number }
}

export interface Act {
  words: readonly string[]
  /** The home it begins with. */
  template: string
  ms: number
  old: Snapshot
  fresh: Snapshot
}

const roots = ['@team/pack', '@team/solo']

export async function openChanges(team: Team): Promise<Changes> {
  const { user } = team
  const template = (name: string) => join(user.home, `before-${name}`)
  mkdirSync(template('empty'))
  copy(template('empty'), template('installed'))
  await publishPack(team, '1')
  user.env['BUTTONS_HOME'] = template('installed')
  for (const name of roots) await insist(team, 'add', name, '--yes')
  await publishPack(team, '2')
  copy(template('installed'), template('pinned'))
  const dependencies = Object.fromEntries(roots.map((name) => [name, '2']))
  const manifest = JSON.stringify({ schema_version: 1, dependencies }, null, 2)
  writeFileSync(join(template('pinned'), 'buttons.json'), `${manifest}\n`)
  const acts = [
    await watch(team, template('empty'), ['add', roots[0]!, '--yes']),
    await watch(team, template('pinned'), ['install', '--yes']),
    await watch(team, template('installed'), ['update', '--yes']),
    await watch(team, template('installed'), ['remove', roots[1]!]),
  ]
  return { acts, seen: { old: 0, fresh: 0, each: 0 } }
}

function copy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
}

async function insist({ user }: Team, ...words: string[]): Promise<void> {
  const { ok, error } = await user.run(...words)
  if (!ok) throw new Error(`"${words.join(' ')}" failed: ${error?.message}`)
}

/** What a command leads to, and how long it takes. */
async function watch(team: Team, template: string, words: string[]): Promise<Act> {
  const data = begin(team, template)
  const old = snapshot(data)
  const started = performance.now()
  await insist(team, ...words)
  const ms = performance.now() - started
  const fresh = snapshot(data)
  if (findDifferences(old, fresh).length === 0)
    throw new Error(`"${words.join(' ')}" changes nothing`)
  return { words, template, ms, old, fresh }
}

function begin({ user }: Team, template: string): string {
  const data = join(user.home, 'data')
  copy(template, data)
  user.env['BUTTONS_HOME'] = data
  return data
}

/** Whether somebody died. */
export async function changeAndKill(
  team: Team,
  { seen }: Changes,
  act: Act,
  victim: Victim,
): Promise<boolean> {
  const data = begin(team, act.template)
  const { killed, answer } = await tryAndKill(team, team.user, act.words, { victim, ms: act.ms })
  // Any command puts right what a dead one left.
  await insist(team, 'list')
  const found = snapshot(data)
  const line = act.words.join(' ')
  const [old, fresh] = [findDifferences(found, act.old), findDifferences(found, act.fresh)]
  if (old.length > 0 && fresh.length > 0) judgeParts(line, old, fresh, victim)
  else if (answer && hasDone(answer) !== (fresh.length === 0))
    throw new Error(`"${line}" said otherwise: ${JSON.stringify(answer)}`)
  if (fresh.length === 0) seen.fresh++
  else if (old.length === 0) seen.old++
  else seen.each++
  await repeat(team, act.words, fresh.length === 0)
  const missing = findDifferences(snapshot(data), act.fresh)
  if (missing.length > 0)
    throw new Error(`"${line}" does not come to its end: ${missing.join(', ')}`)
  const left = findLeftovers(data)
  if (left.length > 0) throw new Error(`"${line}" left ${left.join(', ')}`)
  return killed
}

/**
 * An update goes on with the other packages when the registry fails for one: each of them is old or
 * new. Everything else is done as a whole.
 */
function judgeParts(line: string, old: string[], fresh: string[], victim: Victim): void {
  const mixed = old.filter((name) => fresh.includes(name))
  if (victim === 'registry' && line.startsWith('update') && mixed.length === 0) return
  throw new Error(`"${line}" left a mixture: ${old.join(', ')} | ${fresh.join(', ')}`)
}

/** A failed look at the registry is told row by row, and no failure of the command. */
function hasDone({ ok, data }: { ok: boolean; data?: unknown }): boolean {
  const { updated_buttons: updated } = (data ?? {}) as { updated_buttons?: string[] }
  return ok && (updated === undefined || updated.length > 0)
}

/** What was removed cannot be removed again. */
async function repeat(team: Team, words: readonly string[], isDone: boolean): Promise<void> {
  if (words[0] !== 'remove' || !isDone) await insist(team, ...words)
  // An update that finds nothing to do, and whoever only looks, leave old folders aside alone.
  await team.user.run('remove', '@team/none')
}
