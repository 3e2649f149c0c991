// Schedules: each fires at its ticks. A host that slept through several fires once, and goes on from
// now; ticks that were missed while nobody was there are gone, unless the trigger wants one made up.

import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { parseCron, type Schedule } from '#core/time/cron.ts'
import { nextFire } from '#core/time/cronNext.ts'

/** A fire that is due: the tick, and when its run may begin. */
export interface DueFire {
  trigger: HostedTrigger
  tick: number
  dueMs: number
}

export interface CronClock {
  /** Follows the triggers there are; those that are new or changed start from now. */
  follow(triggers: readonly HostedTrigger[], nowMs: number): void
  /** Takes what is due. */
  take(nowMs: number): DueFire[]
  /** The next tick of all. */
  readonly nextMs: number | undefined
}

interface Entry {
  trigger: HostedTrigger
  schedule: Schedule
  text: string
  nextMs: number | undefined
}

export interface CronChance {
  /** From 0 to below 1. */
  random(): number
  /** When a lane fired last, as far as that is remembered. */
  lastFire(lane: string): number | undefined
}

export function openCronClock({ random, lastFire }: CronChance): CronClock {
  let entries = new Map<string, Entry>()
  const begin = (trigger: HostedTrigger, text: string, nowMs: number): Entry => {
    const schedule = parseCron(trigger.settings.schedule ?? '')
    const { timezone, catch_up } = trigger.settings
    const last = catch_up === 'last' ? lastFire(trigger.lane) : undefined
    const missed = last === undefined ? undefined : nextFire(schedule, last, timezone)
    // A tick missed meanwhile stands as due, and is taken at once.
    const nextMs =
      missed !== undefined && missed <= nowMs ? missed : nextFire(schedule, nowMs, timezone)
    return { trigger, schedule, text, nextMs }
  }
  return {
    follow: (triggers, nowMs) => {
      const followed = new Map<string, Entry>()
      for (const trigger of triggers) {
        const { kind, lane, settings } = trigger
        if (kind !== 'cron' || settings.enabled === false) continue
        const text = `${settings.schedule} ${settings.timezone}`
        const known = entries.get(lane)
        // What else changed about it holds from the next fire on.
        followed.set(
          lane,
          known?.text === text ? { ...known, trigger } : begin(trigger, text, nowMs),
        )
      }
      entries = followed
    },
    take: (nowMs) => {
      const due: DueFire[] = []
      for (const entry of entries.values()) {
        const { trigger, nextMs, schedule } = entry
        if (nextMs === undefined || nextMs > nowMs) continue
        const jitterMs = Math.max(0, trigger.settings.jitter_seconds ?? 0) * 1000
        due.push({ trigger, tick: nextMs, dueMs: nowMs + Math.floor(random() * jitterMs) })
        entry.nextMs = nextFire(schedule, nowMs, trigger.settings.timezone)
      }
      return due
    },
    get nextMs() {
      const times = [...entries.values()].flatMap(({ nextMs }) => nextMs ?? [])
      return times.length > 0 ? Math.min(...times) : undefined
    },
  }
}
