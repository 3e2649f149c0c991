// Watches: each looks at what it watches and fires when that has changed (serve.md 3.5). What is there
// when the looking begins is the baseline; changes while a run goes on make one further fire at most.

import type { HostedTrigger } from '#core/trigger/hosted.ts'

export interface Watches {
  follow(triggers: readonly HostedTrigger[]): void
  /** Looks once; those that want to fire now. */
  look(nowMs: number): HostedTrigger[]
  readonly count: number
}

interface Entry {
  trigger: HostedTrigger
  /** Undefined until there was something to look at. */
  seen: string | undefined
  /** When a change was seen last, until it fires. */
  changedMs: number | undefined
}

export interface WatchEyes {
  look(path: string): string | undefined
  /** Something of the lane waits or runs. */
  isBusy(lane: string): boolean
}

export function openWatches({ look, isBusy }: WatchEyes): Watches {
  let entries = new Map<string, Entry>()
  const isReady = ({ trigger, changedMs }: Entry, nowMs: number): boolean => {
    if (changedMs === undefined) return false
    const { debounce_ms = 0, overlap } = trigger.settings
    if (nowMs - changedMs < debounce_ms) return false
    // Without a wish of its own, a watch never overlaps itself.
    return overlap === 'allow' || overlap === 'skip' || !isBusy(trigger.lane)
  }
  return {
    get count() {
      return entries.size
    },
    follow: (triggers) => {
      const followed = new Map<string, Entry>()
      for (const trigger of triggers) {
        const { kind, lane, settings, path } = trigger
        if (kind !== 'watch' || settings.enabled === false) continue
        const known = entries.get(lane)
        const same = known?.trigger.path === path ? known : undefined
        followed.set(lane, { seen: undefined, changedMs: undefined, ...same, trigger })
      }
      entries = followed
    },
    look: (nowMs) => {
      const firing: HostedTrigger[] = []
      for (const entry of entries.values()) {
        const now = look(entry.trigger.path)
        if (now !== undefined && now !== entry.seen) {
          if (entry.seen !== undefined) entry.changedMs = nowMs
          entry.seen = now
        }
        if (!isReady(entry, nowMs)) continue
        entry.changedMs = undefined
        firing.push(entry.trigger)
      }
      return firing
    },
  }
}
