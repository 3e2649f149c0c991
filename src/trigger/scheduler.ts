// Fires schedules and watches in at most one process per data directory. Whoever comes second stands
// by, and takes over once the first lets go or dies.

import { formatTime } from '#core/time/format.ts'
import { limits } from '#spec/limits.ts'
import type { SchedulerState } from '#spec/serve.ts'
import type { InboxStore } from '#store/inbox.ts'
import type { ScheduleSlot } from '#store/store.ts'
import type { EngineContext } from './context.ts'
import { openCronClock } from './cron.ts'
import { fire } from './fire.ts'
import { look } from './look.ts'
import type { TriggerTable } from './table.ts'
import { openWatches } from './watch.ts'

export interface Scheduler {
  readonly state: SchedulerState
  /** Tries to become the one who fires, without firing yet. Throws STORAGE_ERROR. */
  claim(): Promise<void>
  /** Fires from now on, or as soon as the other one is gone. Throws STORAGE_ERROR. */
  start(address: string): Promise<void>
  /** The triggers may have changed. */
  follow(): void
  /** Fires nothing more and lets another process take over. */
  stop(): void
}

const standbyMs = 1000
const watchMs = 500
/** Looking at many files must not take more than a twentieth of the time. */
const watchShare = 20

export function openScheduler(
  context: EngineContext,
  table: TriggerTable,
  inbox: InboxStore,
  onFired: () => void,
): Scheduler {
  const { host, store, settings, instance, log } = context
  const { clock, random, files, cwd } = host
  const cron = openCronClock({
    random: () => new DataView(random.bytes(4).buffer).getUint32(0) / 2 ** 32,
    lastFire: (lane) => inbox.lastFires().get(lane),
  })
  const watches = openWatches({
    look: (path) => look(path, cwd, files),
    isBusy: inbox.isBusy,
  })
  let state: SchedulerState = settings.scheduler && settings.triggers ? 'standby' : 'off'
  let slot: ScheduleSlot | undefined
  let started = false
  let stopped = false
  let stopCron = () => {}
  let stopOther = () => {}

  const fireCron = async () => {
    const fired = await Promise.all(
      cron
        .take(clock.now())
        .map(({ trigger, tick, dueMs }) => fire(trigger, { tick, dueMs }, context, inbox)),
    )
    if (fired.some(Boolean)) onFired()
  }
  // The wall clock may be set, and machines sleep: never trust a long timer.
  const armCron = () => {
    stopCron()
    const { nextMs } = cron
    if (nextMs === undefined || stopped) return
    const waitMs = Math.min(Math.max(0, nextMs - clock.now()), limits.waitNapMs)
    stopCron = clock.after(waitMs, () => void fireCron().finally(armCron))
  }
  const lookAround = async () => {
    const start = clock.monotonic()
    const firing = watches.look(clock.now())
    const tookMs = clock.monotonic() - start
    const fired = await Promise.all(firing.map((trigger) => fire(trigger, {}, context, inbox)))
    if (fired.some(Boolean)) onFired()
    if (!stopped) armWatch(Math.max(watchMs, tookMs * watchShare))
  }
  const armWatch = (ms: number) => {
    stopOther = clock.after(ms, () => void lookAround())
  }
  const follow = () => {
    if (!started || stopped) return
    cron.follow(table.triggers, clock.now())
    watches.follow(table.triggers)
    armCron()
  }
  const factsAt = (addr: string) => ({ instance, addr, started_at: formatTime(clock.now()) })
  const claim = async (address: string): Promise<boolean> => {
    slot ??= await store.tryTakeSchedule(factsAt(address))
    if (stopped) slot?.release()
    if (!slot || stopped) return false
    state = 'active'
    return true
  }
  const run = async (address: string): Promise<void> => {
    if (!(await claim(address))) {
      if (!stopped) stopOther = clock.after(standbyMs, () => void runLater(address))
      return
    }
    started = true
    slot!.note(factsAt(address))
    follow()
    // The first look is the baseline, taken now and not half a second later.
    await lookAround()
  }
  const runLater = async (address: string) => {
    try {
      await run(address)
      if (state === 'active') log.info('This host fires schedules from now on')
    } catch (error) {
      log.error('Cannot take over the schedules', { why: (error as Error).message })
      if (!stopped) stopOther = clock.after(standbyMs, () => void runLater(address))
    }
  }
  return {
    get state() {
      return state
    },
    claim: async () => {
      if (state !== 'off') await claim('')
    },
    start: async (address) => {
      if (state !== 'off') await run(address)
    },
    follow,
    stop: () => {
      stopped = true
      if (state === 'active') state = 'standby'
      stopCron()
      stopOther()
      slot?.release()
    },
  }
}
