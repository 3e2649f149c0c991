// All drawers of the workspace, as files and as one line each.

import { type JsonObject, sortKeys } from '#core/drawer/json.ts'
import { formatTopology } from '#core/drawer/topology.ts'
import { describeTriggers } from './address.ts'
import type { AuthorContext } from './context.ts'

export interface ListedDrawer {
  name: string
  description: string
  topology: string
  /** Public address, else the path, of its webhook. */
  webhook?: string
  /** The whole file, keys sorted. */
  file: JsonObject
}

/** By name; one that cannot be read is a warning. */
export async function listDrawers(context: AuthorContext): Promise<ListedDrawer[]> {
  const { drawers, unreadable } = await context.store.drawers.list()
  for (const { why } of unreadable) context.warn(why)
  return Promise.all(
    drawers.map(async ({ drawer, file }) => {
      const triggers = await describeTriggers(drawer, context)
      const hook = triggers.find(({ kind }) => kind === 'webhook')
      const webhook = hook?.url ?? hook?.path
      return {
        name: drawer.name,
        description: drawer.description ?? '',
        topology: formatTopology(drawer),
        ...(webhook !== undefined && { webhook }),
        file: sortKeys({ ...file, name: drawer.name }) as JsonObject,
      }
    }),
  )
}
