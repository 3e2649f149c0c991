// Detached presses: now the caller is killed, now the process of the run. What was accepted can be
// found again, ends by itself or is known to be interrupted, and is done once it is tried again.

import type { DetachedRun, RunPage } from '../../src/spec/runs.ts'
import { type Envelope, killSometime, openWorld, type World } from './world.ts'

export async function crashDetached(kills: number): Promise<string> {
  const world = await openWorld({
    work: 'echo "begin $BUTTONS_RUN_ID" >> ledger; sleep 0.02; echo "end $BUTTONS_RUN_ID" >> ledger\n',
  })
  const counts = { accepted: 0, finished: 0, interrupted: 0 }
  for (let n = 0; n < kills; n++) {
    if (n % 2 === 0) await killCaller(world)
    else await killRun(world, counts)
  }
  for (const status of ['running', 'waiting']) await checkNone(world, status)
  await world.remove()
  return `${kills} kills, ${counts.accepted} runs accepted: ${counts.finished} finished, ${counts.interrupted} interrupted and tried again`
}

async function killCaller(world: World): Promise<void> {
  const caller = world.start('press', 'work', '--detach')
  await killSometime(caller.pid, 60)
  const stdout = await new Response(caller.stdout).text()
  // What it has said is true, whatever came after.
  if (stdout.endsWith('}\n')) await expectDone(world, (JSON.parse(stdout) as Envelope).data)
}

async function expectDone(world: World, data: unknown): Promise<void> {
  const { run_id } = data as DetachedRun
  const waited = await world.run('wait', run_id)
  if (!waited.ok) throw new Error(`run ${run_id} was accepted and lost: ${waited.error?.message}`)
  if (!world.ledger().includes(`end ${run_id}`)) throw new Error(`run ${run_id} did nothing`)
}

async function killRun(
  world: World,
  counts: { accepted: number; finished: number; interrupted: number },
): Promise<void> {
  const { run_id, pid } = (await world.run('press', 'work', '--detach'))
    .data as Required<DetachedRun>
  counts.accepted++
  const waiter = world.run('wait', run_id)
  await killSometime(pid, 80)
  const { ok, error } = await waiter
  if (ok) {
    counts.finished++
    return
  }
  if (error?.code !== 'INTERRUPTED') throw new Error(`run ${run_id}: ${error?.message}`)
  counts.interrupted++
  const again = await world.run('retry', run_id)
  if (!again.ok) throw new Error(`run ${run_id} cannot be tried again: ${again.error?.message}`)
}

async function checkNone(world: World, status: string): Promise<void> {
  // A run whose caller was killed may be at work still.
  for (;;) {
    const { runs } = (await world.run('runs', '--status', status, '--limit', '1')).data as RunPage
    if (runs.length === 0) return
    await world.run('wait', runs[0]!.run_id!)
  }
}
