// The inbox as commands see it: to look and to replay, without being a host.

import { openDeliveryIds } from '#core/delivery/id.ts'
import type { Host } from '#host/host.ts'
import type { InboxView } from '../../inbox.ts'
import { openInboxDatabase } from './open.ts'
import { openRead } from './read.ts'
import { openReplay } from './replay.ts'

/** Undefined when nothing was ever accepted here. Throws STORAGE_ERROR. */
export function findInboxView(host: Host, dataDirectory: string): InboxView | undefined {
  if (!host.files.stat(`${dataDirectory}/inbox.db`)) return undefined
  const database = openInboxDatabase(host, dataDirectory)
  const replay = openReplay(database)
  const newId = openDeliveryIds(host.random)
  return {
    ...openRead(database),
    replay: async (id) => {
      const now = host.clock.now()
      const copyId = newId(now)
      database.transaction(() => replay(id, copyId, now)).immediate()
      return copyId
    },
  }
}
