// Drawers for tests of pure rules: read as from a file, with neighbours that exist only here.

import type { Neighbours } from '#core/drawer/neighbours.ts'
import { readDrawerFile } from '#core/drawer/read.ts'
import { validateDrawer } from '#core/drawer/validate/drawer.ts'
import type { Button } from '#spec/button.ts'
import type { Drawer } from '#spec/drawer.ts'

/** A drawer as its file would be read. */
export function drawerOf(file: Record<string, unknown>, name = 'main'): Drawer {
  const read = readDrawerFile({ schema_version: 2, drawer_kind: 'action', ...file }, name)
  if (read.ok) return read.value.drawer
  throw new Error(read.why)
}

interface Around {
  buttons?: Record<string, Partial<Button>>
  drawers?: Record<string, Record<string, unknown>>
}

export function near({ buttons = {}, drawers = {} }: Around = {}): Neighbours {
  return {
    findButton: (name) =>
      Object.hasOwn(buttons, name) ? ({ name, ...buttons[name] } as Button) : undefined,
    findDrawer: (name) =>
      Object.hasOwn(drawers, name) ? drawerOf(drawers[name]!, name) : undefined,
  }
}

/** What validation says, one line per issue: `error REF_INPUT a.args.x`. */
export function issuesOf(file: Record<string, unknown>, around?: Around): string[] {
  const { errors, warnings } = validateDrawer(drawerOf(file), near(around))
  return [...errors, ...warnings].map(
    ({ severity, code, path }) => `${severity} ${code} ${path ?? '-'}`,
  )
}
