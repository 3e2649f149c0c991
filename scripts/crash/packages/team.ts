// A registry, somebody who publishes to it, and somebody who installs from it; and one command of
// theirs in which one of the two sides dies.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CrashHost, startHost } from '../host.ts'
import { type Envelope, killSometime, openWorld, type World } from '../world.ts'

export interface Team {
  registry: World
  host: CrashHost
  author: World
  user: World
}

export type Victim = 'client' | 'registry'

export async function openTeam(program: readonly string[] | undefined): Promise<Team> {
  const [registry, author, user] = [
    await openWorld({}, program),
    await openWorld({}, program),
    await openWorld({}, program),
  ]
  author.env['BUTTONS_BAT_REGISTRY_WRITE_KEY'] = await makeKey(registry, 'write')
  user.env['BUTTONS_BAT_REGISTRY_KEY'] = await makeKey(registry, 'read')
  const team = { registry, author, user, host: await startHost(registry, '--registry') }
  tellAddress(team)
  return team
}

async function makeKey(registry: World, role: string): Promise<string> {
  const { data } = await registry.run('registry', 'key', 'create', '--role', role)
  return (data as { key: string }).key
}

function tellAddress({ host, author, user }: Team): void {
  for (const { env } of [author, user]) env['BUTTONS_REGISTRY_URL'] = host.url
}

export async function closeTeam({ registry, host, author, user }: Team): Promise<void> {
  host.child.kill('SIGKILL')
  await host.child.exited
  for (const world of [registry, author, user]) await world.remove()
}

export interface Tried {
  killed: boolean
  /** What the command said, when it came to that. */
  answer: Envelope | undefined
}

/** Runs a command of a member that takes about `ms`, and kills one side on the way. */
export async function tryAndKill(
  team: Team,
  member: World,
  words: readonly string[],
  { victim, ms }: { victim: Victim; ms: number },
): Promise<Tried> {
  const child = member.start(...words)
  const stdout = new Response(child.stdout).text()
  const { pid } = victim === 'client' ? child : team.host.child
  // Half of them die where it hurts most: once something has begun to change.
  const ended = child.exited.then(() => true)
  const waited = Math.random() < 0.5 && !(await waitForStaging(member.env['BUTTONS_HOME']!, ended))
  await killSometime(pid, waited ? 0 : Math.random() < 0.5 ? ms : ms / 5)
  await child.exited
  const died = victim === 'client' ? child.signalCode === 'SIGKILL' : true
  if (victim === 'registry') await replaceHost(team)
  const text = await stdout
  const answer = text.endsWith('}\n') ? (JSON.parse(text) as Envelope) : undefined
  if (!answer && child.signalCode !== 'SIGKILL') throw new Error(`no answer: ${words.join(' ')}`)
  return { killed: died, answer }
}

/** False when the command ended before. */
async function waitForStaging(data: string, ended: Promise<boolean>): Promise<boolean> {
  let over = false
  void ended.then(() => (over = true))
  while (!over) {
    if (existsSync(join(data, '.installing'))) return true
    if (existsSync(data) && readdirSync(data).some((name) => name.startsWith('.staging-')))
      return true
    await Bun.sleep(1)
  }
  return false
}

async function replaceHost(team: Team): Promise<void> {
  await team.host.child.exited
  team.host = await startHost(team.registry, '--registry')
  tellAddress(team)
}
