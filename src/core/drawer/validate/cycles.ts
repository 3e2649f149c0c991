// Drawers that include each other, found without running them: such a run would end with
// SUBDRAWER_CYCLE. Handlers are left out, since one that is already running is not started again.

import type { Drawer } from '#spec/drawer.ts'
import { type Neighbours, targetsOfSteps } from '../neighbours.ts'
import { error, type Issue } from './issue.ts'

/** One issue per way back into a drawer that is still open. */
export function findCycles(drawer: Drawer, near: Neighbours): Issue[] {
  const issues: Issue[] = []
  const done = new Set<string>()
  // A stack of our own: a chain of thousands of drawers is no reason to fail.
  const open: { name: string; rest: string[] }[] = [{ name: drawer.name, rest: childrenOf(drawer) }]
  while (open.length > 0) {
    const top = open.at(-1)!
    const child = top.rest.shift()
    if (child === undefined) {
      done.add(top.name)
      open.pop()
      continue
    }
    const from = open.findIndex(({ name }) => name === child)
    if (from >= 0) issues.push(cycle([...open.slice(from).map(({ name }) => name), child]))
    const found = from < 0 && !done.has(child) ? near.findDrawer(child) : undefined
    if (found) open.push({ name: child, rest: childrenOf(found) })
  }
  return issues
}

function childrenOf(drawer: Drawer): string[] {
  return [...targetsOfSteps(drawer.steps ?? []).drawers]
}

function cycle(names: readonly string[]): Issue {
  return error('CYCLE', `drawers include each other: ${names.join(' → ')}`, {
    path: 'steps',
  })
}
