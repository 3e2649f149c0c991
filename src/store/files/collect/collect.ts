// `buttons gc`: removes what is beyond what is kept, and what nothing refers to any more.

import { parseTarget } from '#core/run/active.ts'
import type { Collected } from '#spec/collected.ts'
import type { Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { ActiveRun } from '../../store.ts'
import type { RunIndex } from '../../runIndex.ts'
import type { Retention } from '../runs/prune.ts'
import { collectHistories } from './history.ts'
import { collectActive, collectIdempotency, collectTemporary } from './leftovers.ts'
import type { Sweep } from './sweep.ts'

export interface CollectSetup {
  host: Host
  dataDirectory: string
  retention: Retention
  /** Everything in progress. */
  active: readonly ActiveRun[]
  loadIndex(): Promise<RunIndex>
}

export async function collectFiles(setup: CollectSetup, dry: boolean): Promise<Collected> {
  const { host, dataDirectory, retention, active } = setup
  const collected: Collected = {
    records: 0,
    files: 0,
    interrupted: 0,
    active: 0,
    idempotency: 0,
    temporary: 0,
    bytes: 0,
  }
  const sweep: Sweep = { host, dataDirectory, dry, collected }
  collectHistories(sweep, retention, (target) => eldest(target, active))
  collectActive(sweep)
  collectIdempotency(sweep)
  collectTemporary(sweep)
  if (!dry) await shrink(setup)
  return collected
}

function eldest({ kind, name }: Target, active: readonly ActiveRun[]): number | undefined {
  const starts = active.flatMap(({ entry }) => {
    const target = parseTarget(entry.target)
    return target.kind === kind && target.name === name ? [Date.parse(entry.started_at)] : []
  })
  return starts.length > 0 ? Math.min(...starts) : undefined
}

// An index that is in somebody's hands right now shrinks another time.
async function shrink({ loadIndex }: CollectSetup): Promise<void> {
  try {
    ;(await loadIndex()).shrink()
  } catch {
    // The files are the truth; what they say is what was asked for.
  }
}
