// The runs that a drawer has left behind.

import type { DrawerRun } from '#spec/drawerRun.ts'
import type { AuthorContext } from './context.ts'

/** The newest runs of a drawer. */
export async function listRuns(
  name: string,
  limit: number,
  { store }: AuthorContext,
): Promise<DrawerRun[]> {
  const stored = await store.runs.listStored({ target: { kind: 'drawer', name }, limit })
  return stored.flatMap((one) => (one.kind === 'drawer' ? [one.run] : []))
}
