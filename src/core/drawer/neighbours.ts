// What a drawer points at: the buttons and drawers its steps name, and how rules look them up.

import type { Button } from '#spec/button.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { Step } from '#spec/steps.ts'
import { slug } from '../name/slug.ts'

/** Looks up by slug what was loaded beforehand. */
export interface Neighbours {
  findButton(name: string): Button | undefined
  findDrawer(name: string): Drawer | undefined
}

export interface Targets {
  buttons: Set<string>
  drawers: Set<string>
}

/** Slugs of every button and drawer that a drawer names: steps at any depth, and `on_error`. */
export function targetsOf(drawer: Pick<Drawer, 'steps' | 'on_error'>): Targets {
  const targets = targetsOfSteps(drawer.steps ?? [])
  if (drawer.on_error?.drawer) targets.drawers.add(slug(drawer.on_error.drawer))
  return targets
}

/** As `targetsOf`, of steps. A body counts whatever kind of step it hangs on. */
export function targetsOfSteps(steps: readonly Step[]): Targets {
  const targets: Targets = { buttons: new Set(), drawers: new Set() }
  for (const step of allSteps(steps)) {
    const kind = kindOf(step)
    if (kind === 'button' && step.button) targets.buttons.add(slug(step.button))
    if (kind === 'drawer' && step.drawer) targets.drawers.add(slug(step.drawer))
  }
  return targets
}

/** Every step with those in its body and branches, outer ones first. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step
    yield* allSteps(step.steps ?? [])
    for (const branch of step.cases ?? []) yield* allSteps(branch.steps ?? [])
  }
}

/** The kind of a step as it acts: absent means button. */
export function kindOf(step: Pick<Step, 'kind'>): string {
  return step.kind || 'button'
}
