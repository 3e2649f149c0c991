// Who fires schedules and watches: one process per data directory, which holds the kernel lock of
// serve.lock. What stands in the file is for people.

import { writeFileSync } from 'node:fs'
import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'
import type { SchedulerFacts, ScheduleSlot } from '../store.ts'

/** Undefined while another process holds it. Throws STORAGE_ERROR. */
export function tryTakeSchedule(
  host: Host,
  dataDirectory: string,
  facts: SchedulerFacts,
): ScheduleSlot | undefined {
  const path = `${dataDirectory}/serve.lock`
  return guard(`Cannot lock "${path}"`, () => {
    const lock = host.locks.tryLock(path)
    if (!lock) return undefined
    // In place: another file under this name would not carry the lock.
    const note = (known: SchedulerFacts) =>
      writeFileSync(path, `${JSON.stringify({ pid: process.pid, ...known })}\n`)
    note(facts)
    let held = true
    const release = () => {
      if (held) lock.release()
      held = false
    }
    return { note, release }
  })
}
