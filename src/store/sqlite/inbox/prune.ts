// Forgetting what is finished: by age and by number, bodies of what went well sooner (serve.md 9.4).

import type { Database } from 'bun:sqlite'
import { limits } from '#spec/limits.ts'

export type Prune = (nowMs: number, retainMs: number) => void

export function openPrune(database: Database): Prune {
  const dropOld = database.prepare('DELETE FROM deliveries WHERE finished_ms < ?')
  const dropSurplus = database.prepare(
    `DELETE FROM deliveries WHERE finished_ms IS NOT NULL AND finished_ms <=
     (SELECT finished_ms FROM deliveries WHERE finished_ms IS NOT NULL
      ORDER BY finished_ms DESC LIMIT 1 OFFSET ${limits.keptDeliveries})`,
  )
  const dropBodies = database.prepare(
    `DELETE FROM bodies WHERE id IN
     (SELECT id FROM deliveries WHERE finished_ms < ? AND status = 'ok')`,
  )
  const dropOrphans = database.prepare(
    'DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.id = bodies.id)',
  )
  return (nowMs, retainMs) => {
    dropOld.run(nowMs - retainMs)
    dropSurplus.run()
    dropBodies.run(nowMs - limits.keptBodyMs)
    dropOrphans.run()
  }
}
