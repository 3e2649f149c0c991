// The inbox in SQLite: see ../../inbox.ts for what it promises.

import { openDeliveryIds } from '#core/delivery/id.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { InboxOptions, InboxStore } from '../../inbox.ts'
import { openAccept } from './accept.ts'
import { openBatch } from './batch.ts'
import { openClaim } from './claim.ts'
import { openHosts } from './hosts.ts'
import { openInboxDatabase } from './open.ts'
import { openPrune } from './prune.ts'
import { openRead } from './read.ts'
import { openRecover } from './recover.ts'
import { openReplay } from './replay.ts'
import { openRoom, readFreeBytes } from './room.ts'
import { openSettle } from './settle.ts'

/** `hasBegun`: whether a run was under way, of one that is no longer. Throws STORAGE_ERROR. */
export function openInbox(
  host: Host,
  dataDirectory: string,
  options: InboxOptions,
  hasBegun: (runId: string) => boolean,
): InboxStore {
  const { clock } = host
  const database = openInboxDatabase(host, dataDirectory)
  const hosts = openHosts(host, dataDirectory, options.instance, limits.staleHeartbeatMs)
  const batch = openBatch(database, options.onCommit ?? (() => {}), clock.monotonic)
  const read = openRead(database)
  const room = openRoom(read.stats, () => readFreeBytes(dataDirectory), options, clock.monotonic)
  const newId = openDeliveryIds(host.random)
  const [accept, claim, settle] = [openAccept(database), openClaim(database), openSettle(database)]
  const [recover, replay, prune] = [
    openRecover(database, hasBegun),
    openReplay(database),
    openPrune(database),
  ]
  const beat = database.prepare(
    `UPDATE deliveries SET heartbeat_ms = ? WHERE status = 'running' AND owner = ?`,
  )
  const { self } = hosts
  return {
    accept: async (delivery) =>
      room.take(delivery.body.length) ??
      (await batch.write(() => accept(newId(clock.now()), delivery))),
    claim: (request) => batch.write(() => claim(self, clock.now(), request)),
    finish: (claimed, outcome) =>
      batch.write(() => settle.finish(self, claimed, outcome, clock.now())),
    retry: (claimed, dueMs, outcome) =>
      batch.write(() => settle.retry(self, claimed, dueMs, outcome)),
    release: (claimed) => batch.write(() => settle.release(self, claimed, clock.now())),
    withdraw: (runId) => batch.write(() => settle.withdraw(runId, clock.now())),
    beat: () => batch.write(() => void beat.run(clock.now(), self)),
    recover: () => batch.write(() => recover(hosts, clock.now())),
    replay: async (id) => {
      const copyId = newId(clock.now())
      await batch.write(() => replay(id, copyId, clock.now()))
      return copyId
    },
    prune: () => batch.write(() => prune(clock.now(), options.retainMs)),
    ...read,
    close: async () => {
      batch.close()
      database.close()
      hosts.leave()
    },
  }
}
