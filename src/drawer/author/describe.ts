// What a drawer is, whether it is sound, and how it has been doing: `buttons drawer NAME`.

import { formatTopology } from '#core/drawer/topology.ts'
import type { Report } from '#core/drawer/validate/issue.ts'
import { validateDrawer } from '#core/drawer/validate/drawer.ts'
import type { InputDef } from '#spec/drawer.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import { describeTriggers, type DescribedTrigger } from './address.ts'
import type { AuthorContext } from './context.ts'
import { getDrawer, loadNeighbours } from './find.ts'
import { listRuns } from './runs.ts'

export interface RecentRun {
  run_id?: string
  status: string
  duration_ms: number
  started_at: string
  error_type?: string
}

/** Keys as drawers.md 3.9 has them. */
export interface DrawerDescription {
  schema_version: number
  name: string
  version: string
  drawer_kind: string
  description: string
  inputs: InputDef[]
  /** null for a flow drawer. */
  steps: unknown
  /** null for an action drawer. */
  flow: unknown
  topology: string
  validation: Report
  recent_runs: RecentRun[]
  triggers: DescribedTrigger[]
}

const shownRuns = 3

/** Throws NOT_FOUND. */
export async function describeDrawer(
  name: string,
  context: AuthorContext,
): Promise<DrawerDescription> {
  const { drawer, file } = await getDrawer(name, context.store)
  const isFlow = drawer.drawer_kind === 'flow'
  return {
    schema_version: drawer.schema_version,
    name: drawer.name,
    version: drawer.version ?? '',
    drawer_kind: drawer.drawer_kind || 'action',
    description: drawer.description ?? '',
    inputs: drawer.inputs ?? [],
    steps: isFlow ? null : (file['steps'] ?? []),
    flow: isFlow ? (file['flow'] ?? null) : null,
    topology: formatTopology(drawer),
    validation: validateDrawer(drawer, await loadNeighbours(drawer, context.store)),
    recent_runs: (await listRuns(drawer.name, shownRuns, context)).map(recentRun),
    triggers: await describeTriggers(drawer, context),
  }
}

function recentRun({ run_id, status, duration_ms, started_at, error_type }: DrawerRun): RecentRun {
  return {
    ...(run_id !== undefined && { run_id }),
    status,
    duration_ms,
    started_at,
    ...(error_type !== undefined && { error_type }),
  }
}
