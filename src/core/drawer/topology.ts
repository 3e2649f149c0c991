// The one-line picture of a drawer: ids of its steps, or of its stages, in order.

import type { Drawer } from '#spec/drawer.ts'

export function topologyOf(drawer: Drawer): string[] {
  if (drawer.drawer_kind === 'flow') return drawer.flow?.stages.map(({ id }) => id) ?? []
  return (drawer.steps ?? []).map(({ id }) => id)
}

/** `build → test → ship` */
export function formatTopology(drawer: Drawer): string {
  return topologyOf(drawer).join(' → ')
}
