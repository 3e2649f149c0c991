// Everything that starts a press without a person, in one host: the inbox, the table of triggers,
// the door of webhooks, the dispatcher, schedules and watches.

import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { findNextFire } from '#core/trigger/next.ts'
import type { DeliveryPlan } from '#spec/delivery.ts'
import { fail } from '#spec/errors.ts'
import type { SchedulerState } from '#spec/serve.ts'
import type { Target } from '#spec/run.ts'
import type { InboxStats, InboxView } from '#store/inbox.ts'
import type { EngineContext } from './context.ts'
import { openDispatcher } from './dispatcher.ts'
import { openScheduler } from './scheduler.ts'
import { openTable } from './table.ts'
import { openDoor, type WebhookAnswer, type WebhookCall } from './webhook.ts'

export interface LaterPress {
  runId: string
  target: Target
  plan: DeliveryPlan
}

export interface TriggerState {
  trigger: HostedTrigger
  nextMs: number | undefined
  lastMs: number | undefined
}

export interface TriggerEngine {
  /** Who answers at a path, percent-decoded. */
  findWebhook(path: string): HostedTrigger | undefined
  receive(trigger: HostedTrigger, call: WebhookCall): Promise<WebhookAnswer>
  /** Resolves once the press is on stable storage. Throws BUSY or STORAGE_ERROR. */
  accept(press: LaterPress): Promise<void>
  /** The host listens: recover, claim, fire. */
  start(address: string): Promise<void>
  /** Claims and fires nothing more; resolves when nothing runs any more, or the signal aborts. */
  drain(signal: AbortSignal): Promise<void>
  /** Ends and gives back what still runs, and closes the inbox. */
  close(): Promise<void>
  readonly deliveries: InboxView
  /** Cancels a press that has not begun; false when there is none, or it has. */
  withdraw(runId: string): Promise<boolean>
  /** Runs an earlier delivery again; gives the new one's id. Throws NOT_FOUND, VALIDATION_ERROR. */
  replay(id: string): Promise<string>
  readonly webhooks: readonly HostedTrigger[]
  readonly shadowed: readonly { trigger: HostedTrigger; why: string }[]
  readonly problems: readonly { target: Target; id: string | undefined; why: string }[]
  readonly scheduler: SchedulerState
  /** All triggers with their next and last fires. */
  listTriggers(): TriggerState[]
  stats(): InboxStats
}

/** How often the files are looked at, milliseconds. */
const reloadMs = 2000

/** Nothing runs before `start`. Throws STORAGE_ERROR. */
export async function openTriggerEngine(context: EngineContext): Promise<TriggerEngine> {
  const { host, store, settings, log, observe, instance } = context
  const { clock } = host
  const table = await openTable(context)
  const inbox = await store.openInbox({
    instance,
    maxPending: settings.inboxMax,
    maxPendingBytes: settings.inboxMaxBytes,
    retainMs: settings.retainMs,
    onCommit: (ms) => observe.committed(ms / 1000),
  })
  const dispatcher = openDispatcher(context, table, inbox)
  const scheduler = openScheduler(context, table, inbox, dispatcher.kick)
  await scheduler.claim()
  const door = openDoor(context, table, inbox, dispatcher.accepted)
  let stopReloading = () => {}

  const reload = async () => {
    try {
      if (await table.refresh()) {
        scheduler.follow()
        observe.reloaded()
      }
    } catch (error) {
      log.error('Cannot look for changes', { why: (error as Error).message })
    }
    stopReloading = clock.after(reloadMs, () => void reload())
  }
  const quiet = () => {
    stopReloading()
    scheduler.stop()
  }
  return {
    findWebhook: (path) => table.routes.get(path),
    receive: door.receive,
    accept: async (press) => {
      const acceptance = await inbox.accept(describeLater(press, clock.now()))
      if (acceptance.kind === 'full')
        throw fail('BUSY', `Cannot press "${press.target.name}" later: the inbox is full`)
      dispatcher.kick()
    },
    start: async (address) => {
      await dispatcher.start()
      await scheduler.start(address)
      stopReloading = clock.after(reloadMs, () => void reload())
    },
    drain: async (signal) => {
      quiet()
      await dispatcher.drain(signal)
    },
    close: async () => {
      quiet()
      await dispatcher.close()
      await inbox.close()
    },
    deliveries: inbox,
    withdraw: inbox.withdraw,
    replay: async (id) => {
      const copy = await inbox.replay(id)
      dispatcher.kick()
      return copy
    },
    get webhooks() {
      return [...table.routes.values()]
    },
    get shadowed() {
      return table.shadowed
    },
    get problems() {
      return table.problems
    },
    get scheduler() {
      return scheduler.state
    },
    listTriggers: () => {
      const last = inbox.lastFires()
      return table.triggers.map((trigger) => {
        const lastMs = last.get(trigger.lane)
        return { trigger, lastMs, nextMs: findNextFire(trigger, clock.now(), lastMs) }
      })
    },
    stats: inbox.stats,
  }
}

function describeLater({ runId, target, plan }: LaterPress, nowMs: number) {
  return {
    lane: `api/${target.kind}/${target.name}`,
    target,
    source: 'api',
    path: '',
    method: '',
    query: {},
    headers: {},
    body: new Uint8Array(),
    receivedMs: nowMs,
    maxAttempts: 1,
    rerun: true,
    runId,
    plan,
  } as const
}
