// A drawer as a picture, coloured by its newest run: `buttons drawer NAME --graph`.

import { formatMermaid } from '#core/drawer/picture/mermaid.ts'
import { formatTree } from '#core/drawer/picture/tree.ts'
import type { AuthorContext } from './context.ts'
import { getDrawer } from './find.ts'
import { listRuns } from './runs.ts'

export interface DrawerPicture {
  /** Mermaid flowchart text. */
  mermaid: string
  /** For a terminal. */
  tree: string
  /** The run whose states are shown; absent when there is none. */
  run?: { run_id?: string; status: string; started_at: string }
}

/** Throws NOT_FOUND. */
export async function pictureDrawer(name: string, context: AuthorContext): Promise<DrawerPicture> {
  const { drawer } = await getDrawer(name, context.store)
  const [run] = await listRuns(drawer.name, 1, context)
  return {
    mermaid: formatMermaid(drawer, run),
    tree: formatTree(drawer, run, context.host.clock.now()),
    ...(run && {
      run: {
        ...(run.run_id !== undefined && { run_id: run.run_id }),
        status: run.status,
        started_at: run.started_at,
      },
    }),
  }
}
