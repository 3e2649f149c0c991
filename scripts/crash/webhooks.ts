// Webhooks at full speed, and the host killed in the midst of them, again and again: every delivery
// that was answered 202 is run, none more often than its attempts say, and what was sent twice is one
// delivery. The suite does the same with a few kills.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeTriggers } from '../bench/homes.ts'
import { killSometime, openWorld, type World } from './world.ts'

/** A kill takes a start and a flood: for so many kills of the other cases there is one. */
const killsPerHost = 50
/** What is finished is kept up to a number, and everything sent must still be there at the end. */
const [hostsPerWorld, mostPerHost] = [20, 400]

export async function crashWebhooks(kills: number): Promise<string> {
  const total: Judged = { hosts: 0, accepted: 0, again: 0, dead: 0 }
  while (total.hosts < kills / killsPerHost) {
    const judged = await crashOneWorld()
    for (const key of Object.keys(total) as (keyof Judged)[]) total[key] += judged[key]
  }
  const { hosts, accepted, again, dead } = total
  return `${hosts} hosts killed, ${accepted} deliveries accepted and run, ${again} of them again after a kill, ${dead} given up after three`
}

interface Judged {
  hosts: number
  accepted: number
  again: number
  dead: number
}

async function crashOneWorld(): Promise<Judged> {
  const world = await openWorld({ note: 'echo "$BUTTONS_DELIVERY_ID" >> ledger\n' })
  const trigger = { id: 'aabbccdd', kind: 'webhook', path: '/note', dedupe: { header: 'X-Key' } }
  await writeTriggers(world.home, 'note', [trigger])
  const accepted = new Map<string, string>()
  for (let n = 0; n < hostsPerWorld; n++) await floodAndKill(world, accepted)
  const last = await startHost(world)
  const deliveries = await waitForAll(last.origin)
  last.child.kill('SIGKILL')
  await last.child.exited
  const judged = judge(world, accepted, deliveries)
  await world.remove()
  return { hosts: hostsPerWorld, accepted: accepted.size, ...judged }
}

interface Running {
  origin: string
  child: ReturnType<World['start']>
}

async function startHost(world: World): Promise<Running> {
  const child = world.start('serve', '--port', '0', '--json', '--log-level', 'error')
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (!text.includes('\n}\n')) continue
    const { data } = JSON.parse(text) as { data: { addr: string } }
    return { origin: `http://${data.addr}`, child }
  }
  throw new Error(`the host does not start: ${await new Response(child.stderr).text()}`)
}

let keys = 0

/** Sends every delivery twice at once, and kills the host at any instant. */
async function floodAndKill(world: World, accepted: Map<string, string>): Promise<void> {
  const { origin, child } = await startHost(world)
  const send = async (key: string): Promise<string | undefined> => {
    try {
      const init = { method: 'POST', headers: { 'X-Key': key }, body: key }
      const answer = await fetch(`${origin}/note`, init)
      const { delivery_id } = (await answer.json()) as { delivery_id: string }
      return answer.status === 202 ? delivery_id : undefined
    } catch {
      // Whoever got no answer was promised nothing.
      return undefined
    }
  }
  let left = mostPerHost
  const flood = async () => {
    while (!child.killed && left-- > 0) {
      const key = `key${++keys}`
      const [one, other] = await Promise.all([send(key), send(key)])
      if (one && other && one !== other) throw new Error(`"${key}" is two deliveries`)
      const id = one ?? other
      if (id !== undefined) accepted.set(key, id)
    }
  }
  const floods = Promise.all(Array.from({ length: 8 }, flood))
  await killSometime(child.pid, 400)
  child.kill('SIGKILL')
  await child.exited
  await floods
}

interface Seen {
  id: string
  status: string
  attempt: number
}

/** All deliveries, once none of them waits or runs. */
async function waitForAll(origin: string): Promise<Map<string, Seen>> {
  for (;;) {
    const all = await readAll(origin)
    const open = [...all.values()].some(({ status }) => ['accepted', 'running'].includes(status))
    if (!open) return all
    await Bun.sleep(100)
  }
}

async function readAll(origin: string): Promise<Map<string, Seen>> {
  const all = new Map<string, Seen>()
  for (let before = ''; ;) {
    const page = await fetch(`${origin}/api/deliveries?limit=100${before && `&before=${before}`}`)
    const { data } = (await page.json()) as { data: { deliveries: Seen[]; next: string | null } }
    for (const delivery of data.deliveries) all.set(delivery.id, delivery)
    if (data.next === null) return all
    before = data.next
  }
}

function judge(
  world: World,
  accepted: ReadonlyMap<string, string>,
  deliveries: ReadonlyMap<string, Seen>,
): Pick<Judged, 'again' | 'dead'> {
  const runs = countRuns(world)
  let [again, dead] = [0, 0]
  for (const [key, id] of accepted)
    if (!deliveries.has(id)) throw new Error(`"${key}" was accepted as ${id} and is lost`)
  // What was stored and could not be answered any more counts as well.
  for (const { id, status, attempt } of deliveries.values()) {
    const count = runs.get(id) ?? 0
    if (count > attempt) throw new Error(`${id} was run ${count} times in ${attempt} attempts`)
    // Cut short three times, it is given up, which is told and no loss.
    if (count === 0 || (status === 'dead' && attempt < 3))
      throw new Error(`${id} is ${status} after ${attempt} attempts and ${count} runs`)
    if (count > 1) again++
    if (status === 'dead') dead++
  }
  for (const id of runs.keys())
    if (!deliveries.has(id)) throw new Error(`${id} was run and is no delivery`)
  return { again, dead }
}

function countRuns({ cwd }: World): Map<string, number> {
  const counts = new Map<string, number>()
  const path = join(cwd, 'ledger')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  for (const id of lines.filter(Boolean)) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
