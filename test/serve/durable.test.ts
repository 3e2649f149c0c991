// The promise behind 202: killed at any moment, nothing that was accepted is lost, nothing is run
// more often than its attempts say, and what was sent twice is run once.

import { expect, test } from 'bun:test'
import { appendFileSync, readFileSync } from 'node:fs'
import { type Home, homeWith } from '../helpers/home.ts'
import { program } from '../helpers/program.ts'

interface Told {
  /** Delivery ids that were answered with 202, by the key of their sender. */
  accepted: Map<string, string>
}

test('under webhooks at full speed and kill -9, every 202 is run, and none beyond its attempts', async () => {
  const home = homeWithLedger()
  const told: Told = { accepted: new Map() }
  for (const enough of [30, 80, 5, 1, 50]) {
    const host = await startHost(home)
    await floodAndKill(host, told, enough)
    await host.exited
  }
  const last = await startHost(home)
  // What had begun and was cut short counts as interrupted: run again, or dead after three times.
  const deliveries = await waitForAll(last)
  const ledger = readLedger(home)
  for (const id of new Set(told.accepted.values())) {
    const delivery = deliveries.get(id)!
    const runs = ledger.get(id) ?? 0
    expect(['ok', 'dead']).toContain(delivery.status)
    if (delivery.status === 'dead') expect(delivery.attempt).toBeGreaterThanOrEqual(3)
    expect(runs).toBeGreaterThanOrEqual(1)
    expect(runs).toBeLessThanOrEqual(delivery.attempt)
    if (delivery.attempt === 1) expect(runs).toBe(1)
  }
  // Every key was sent twice, and is one delivery.
  expect(deliveries.size).toBe(new Set(deliveries.keys()).size)
  expect(new Set(told.accepted.values()).size).toBe(told.accepted.size)
  last.kill()
  await last.exited
}, 60_000)

// Outside of everything that is under test: one line for each time the script really ran.
function homeWithLedger(): Home {
  const triggers = [
    {
      id: 'aabbccdd',
      kind: 'webhook',
      path: '/b',
      dedupe: { header: 'X-Key' },
      created_at: '2026-05-02T09:00:00Z',
    },
  ]
  const home = homeWith({
    buttons: { b: { code: 'echo "$BUTTONS_DELIVERY_ID" >> "$LEDGER"', spec: { triggers } } },
  })
  home.env['LEDGER'] = `${home.root}/ledger`
  appendFileSync(home.env['LEDGER']!, '')
  return home
}

function readLedger(home: Home): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of readFileSync(home.env['LEDGER']!, 'utf8').split('\n').filter(Boolean))
    counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

interface Running {
  origin: string
  kill(): void
  exited: Promise<number>
}

async function startHost(home: Home): Promise<Running> {
  const child = Bun.spawn([...program, 'serve', '--port', '0', '--json', '--log-level', 'error'], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (text.includes('\n}\n')) break
  }
  const { data } = JSON.parse(text) as { data: { addr: string } }
  return {
    origin: `http://${data.addr}`,
    kill: () => child.kill('SIGKILL'),
    exited: child.exited,
  }
}

let keys = 0

/** Sends every delivery twice at once, and kills the host in the midst of it. */
async function floodAndKill(host: Running, told: Told, enough: number): Promise<void> {
  let accepted = 0
  const send = async (key: string) => {
    const init = { method: 'POST', headers: { 'X-Key': key }, body: key }
    const answer = await fetch(`${host.origin}/b`, init)
    const { delivery_id } = (await answer.json()) as { delivery_id: string }
    if (answer.status !== 202) return
    told.accepted.set(key, delivery_id)
    if (++accepted === enough) host.kill()
  }
  const worker = async () => {
    for (;;) {
      const key = `key${++keys}`
      const sent = await Promise.allSettled([send(key), send(key)])
      // Whoever got no answer was promised nothing.
      if (sent.some(({ status }) => status === 'rejected')) return
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

interface Seen {
  id: string
  status: string
  attempt: number
}

async function waitForAll({ origin }: Running): Promise<Map<string, Seen>> {
  for (;;) {
    const all = new Map<string, Seen>()
    for (let before = ''; ;) {
      const page = await fetch(`${origin}/api/deliveries?limit=100${before && `&before=${before}`}`)
      const { data } = (await page.json()) as { data: { deliveries: Seen[]; next: string | null } }
      for (const delivery of data.deliveries) all.set(delivery.id, delivery)
      if (data.next === null) break
      before = data.next
    }
    const open = [...all.values()].some(({ status }) => ['accepted', 'running'].includes(status))
    if (!open) return all
    await Bun.sleep(20)
  }
}
