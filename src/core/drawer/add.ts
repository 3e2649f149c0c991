// `drawer NAME add TARGET…`: the steps that targets stand for (drawers.md 3.4).

import { fail } from '#spec/errors.ts'
import { slug } from '../name/slug.ts'
import type { Neighbours } from './neighbours.ts'

export interface AddTarget {
  text: string
  kind: 'wait' | 'for_each' | 'drawer' | 'button'
  /** A duration for wait, else a slug. */
  value: string
}

/** A step as it is written: only the keys it has. */
export interface NewStep {
  id: string
  kind: string
  button?: string
  drawer?: string
  duration?: string
  as?: string
  steps?: NewStep[]
}

/** What a target text means; looks nothing up. */
export function readAddTarget(text: string): AddTarget {
  for (const [kind, prefix] of prefixes) {
    if (!text.startsWith(prefix)) continue
    const rest = text.slice(prefix.length)
    return { text, kind, value: kind === 'wait' ? rest : slug(rest) }
  }
  return { text, kind: 'button', value: slug(text) }
}

const prefixes = [
  ['wait', 'wait:'],
  ['for_each', 'for_each:'],
  ['drawer', 'drawer/'],
] as const

/**
 * The steps for targets, in order, with ids that are free. Throws for the first bad target:
 * VALIDATION_ERROR, BUTTON_NOT_FOUND or DRAWER_NOT_FOUND.
 */
export function planSteps(
  drawer: string,
  targets: readonly AddTarget[],
  takenIds: Iterable<string>,
  near: Neighbours,
): NewStep[] {
  const taken = new Set(takenIds)
  return targets.map((target) => {
    checkTarget(drawer, target, near)
    const step = makers[target.kind](target.value)
    const id = freeId(step.id, taken)
    taken.add(id)
    return { ...step, id }
  })
}

function checkTarget(drawer: string, { text, kind, value }: AddTarget, near: Neighbours): void {
  const what = `Cannot add "${text}" to "${drawer}"`
  if (kind === 'wait') {
    if (value === '') throw fail('VALIDATION_ERROR', `${what}: the duration is empty`, durationHint)
    return
  }
  if (kind === 'drawer' && value === drawer)
    throw fail('VALIDATION_ERROR', `${what}: a drawer cannot include itself`)
  if (kind === 'drawer' && !near.findDrawer(value))
    throw fail('DRAWER_NOT_FOUND', `${what}: no such drawer`, { hint: 'buttons drawer list' })
  if (kind !== 'drawer' && !near.findButton(value))
    throw fail('BUTTON_NOT_FOUND', `${what}: no such button`, { hint: 'buttons list' })
}

const durationHint = { hint: 'Write it like wait:90s or wait:1h30m' }

const makers: Readonly<Record<AddTarget['kind'], (value: string) => NewStep>> = {
  wait: (duration) => ({ id: 'wait', kind: 'wait', duration }),
  for_each: (button) => ({
    id: `for_each-${button}`,
    kind: 'for_each',
    as: 'item',
    steps: [{ id: button, kind: 'button', button }],
  }),
  drawer: (drawer) => ({ id: drawer, kind: 'drawer', drawer }),
  button: (button) => ({ id: button, kind: 'button', button }),
}

/** The base itself, else `base-2`, `base-3`, … */
export function freeId(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base
  let n = 2
  while (taken.has(`${base}-${n}`)) n++
  return `${base}-${n}`
}
