// The inbox under `kill -9`: what somebody was told is true afterwards.

import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { emptyHome, type Home } from '../helpers/home.ts'
import { inboxOf } from '../helpers/inbox.ts'

test('killed at any moment, nothing promised is lost and every run was counted before it began', async () => {
  const home = emptyHome()
  inboxOf(home)
  const accepted = new Set<string>()
  const runs = new Map<string, number[]>()
  for (const lines of [40, 400, 1, 150]) await killAfter(lines, home, accepted, runs)
  const inbox = inboxOf(home, { maxPending: 1_000_000 })
  await inbox.recover()
  for (const id of accepted) expect(inbox.find(id)).toBeDefined()
  for (const [id, attempts] of runs) {
    // No attempt number was ever given twice, and none is beyond what the row says.
    expect(new Set(attempts).size).toBe(attempts.length)
    expect(inbox.find(id)!.attempt).toBeGreaterThanOrEqual(Math.max(...attempts))
  }
  // The rest is run by whoever comes next, each once.
  const rest = await inbox.claimAll(undefined, 1_000_000)
  for (const claim of rest) await inbox.finish(claim, { status: 'ok' })
  for (const id of accepted) expect(['ok', 'dead']).toContain(inbox.find(id)!.status)
})

let instances = 0

async function killAfter(
  lines: number,
  home: Home,
  accepted: Set<string>,
  runs: Map<string, number[]>,
): Promise<void> {
  const script = join(import.meta.dir, '../fixtures/accepts-forever.ts')
  const child = Bun.spawn([process.execPath, script, home.data, `crash${++instances}`], {
    stdout: 'pipe',
  })
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (text.split('\n').length > lines) child.kill('SIGKILL')
  }
  await child.exited
  // A last line without its end was never said.
  for (const line of text.split('\n').slice(0, -1)) {
    const [word, id = '', attempt] = line.split(' ')
    if (word === 'accepted') accepted.add(id)
    else runs.set(id, [...(runs.get(id) ?? []), Number(attempt)])
  }
}
