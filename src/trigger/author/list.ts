// What triggers there are, when they fire next and when they fired last.

import { collectTriggers } from '#core/trigger/collect.ts'
import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { findNextFire, listNextFires } from '#core/trigger/next.ts'
import { publicSpec } from '#core/serve/publicSpec.ts'
import { formatTime } from '#core/time/format.ts'
import { triggersOf } from '#core/trigger/file.ts'
import type { Target } from '#spec/run.ts'
import type { TriggerContext } from './author.ts'
import { getOwner } from './target.ts'

export interface ListedTrigger {
  target: Target
  /** As in the file, secrets hidden. */
  trigger: Record<string, unknown>
  next_fire?: string
  last_fire?: string
}

export interface UpcomingFire {
  at: string
  target: Target
  id: string | undefined
  schedule: string
}

export interface TriggerListing {
  triggers: ListedTrigger[]
  /** What is on disk and cannot work. */
  problems: { target: Target; id: string | undefined; why: string }[]
  /** The next fires of all schedules together, in order. */
  upcoming(count: number): UpcomingFire[]
}

export async function listAll(
  name: string | undefined,
  context: TriggerContext,
): Promise<TriggerListing> {
  const { host, store, warn } = context
  const only = name === undefined ? undefined : await getOwner(name, 'Cannot list triggers', store)
  const [buttons, drawers] = [await store.buttons.list(), await store.drawers.list()]
  const isWanted = (target: Target) =>
    !only || (target.kind === only.target.kind && target.name === only.target.name)
  for (const { why } of [...buttons.unreadable, ...drawers.unreadable]) if (!only) warn(why)
  const files = [
    ...buttons.buttons.map(({ button }) => entry('button', button.name, { ...button })),
    ...drawers.drawers.map(({ drawer, file }) => entry('drawer', drawer.name, file)),
  ].filter(({ target }) => isWanted(target))
  const collected = collectTriggers(
    drawers.drawers.map(({ drawer }) => drawer),
    buttons.buttons.map(({ button }) => button),
  )
  const hosted = collected.triggers.filter(({ target }) => isWanted(target))
  const lastFires = (await store.findInbox())?.lastFires() ?? new Map<string, number>()
  const now = host.clock.now()
  return {
    triggers: files.flatMap(({ target, triggers }) =>
      triggers.map((trigger) => {
        const known = hosted.find((one) => isSame(one, target, trigger))
        const last = known && lastFires.get(known.lane)
        const next = known && findNextFire(known, now, last)
        return {
          target,
          trigger: publicSpec(trigger),
          ...(next !== undefined && { next_fire: formatTime(next) }),
          ...(last !== undefined && { last_fire: formatTime(last) }),
        }
      }),
    ),
    problems: collected.problems.filter(({ target }) => isWanted(target)),
    upcoming: (count) =>
      hosted
        .flatMap((one) =>
          listNextFires(one, now, lastFires.get(one.lane), count).map((at) => ({ at, one })),
        )
        .sort((a, b) => a.at - b.at)
        .slice(0, count)
        .map(({ at, one }) => ({
          at: formatTime(at),
          target: one.target,
          id: one.id,
          schedule: one.settings.schedule ?? '',
        })),
  }
}

function entry(kind: Target['kind'], name: string, file: Readonly<Record<string, unknown>>) {
  return { target: { kind, name }, triggers: triggersOf(file) }
}

function isSame(one: HostedTrigger, target: Target, trigger: Record<string, unknown>): boolean {
  const { kind, name } = one.target
  if (kind !== target.kind || name !== target.name) return false
  if (one.id !== undefined) return one.id === trigger['id']
  return !trigger['id'] && one.path === (trigger['path'] ?? '')
}
