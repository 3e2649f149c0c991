// Tidying up: interrupted runs that nobody can go on with are closed, then the store removes what is beyond what is
// kept.

import { limits } from '#spec/limits.ts'
import type { Collected } from '#spec/collected.ts'
import type { ActiveRun } from '#store/store.ts'
import { closeRun } from './close.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'host' | 'store'>

/** `dry`: only tells what would go. Throws STORAGE_ERROR. */
export async function collect(dry: boolean, rooms: Look): Promise<Collected> {
  const { host, store } = rooms
  const oldest = host.clock.now() - limits.interruptedKeptMs
  const stale = (await store.active.list()).filter(
    ({ held, entry }) =>
      !held && entry.durability === undefined && Date.parse(entry.interrupted_at ?? '') < oldest,
  )
  let interrupted = 0
  for (const run of stale) {
    if (dry || (await close(run, rooms))) interrupted++
  }
  return { ...(await store.collect(dry)), interrupted }
}

async function close({ entry }: ActiveRun, rooms: Look): Promise<boolean> {
  const run = await rooms.store.active.adopt(entry.run_id)
  if (run === undefined || run === 'held') return false
  await closeRun(run, entry, 'interrupted', rooms)
  return true
}
