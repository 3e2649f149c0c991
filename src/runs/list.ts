// All runs in one list, newest first: those in progress from the registry, the others from the
// history.

import { formatTarget, parseTarget } from '#core/run/active.ts'
import { handleOfActive, handleOfStored } from '#core/run/handle.ts'
import { runIdTime } from '#core/run/id.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Target } from '#spec/run.ts'
import {
  activeStates,
  type RunHandle,
  type RunPage,
  runStates,
  type RunsQuery,
} from '#spec/runs.ts'
import type { RunPlace, Store } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'store'>

interface Placed {
  place: RunPlace
  handle: RunHandle
}

/** Throws VALIDATION_ERROR for a status, target or cursor that there is none of. */
export async function listRuns(query: RunsQuery, { store }: Look): Promise<RunPage> {
  const wanted = await readQuery(query, store)
  const [active, stored] = [await listActive(wanted, store), await listStored(wanted, store)]
  // A run that was killed while its failure was handled has a record, and is to be gone on with.
  const isLeft = ({ handle }: Placed) => handle.status === 'interrupted'
  const left = new Set(active.filter(isLeft).map(({ handle }) => handle.run_id))
  const over = stored.filter(({ handle }) => !left.has(handle.run_id))
  const recorded = new Set(over.map(({ handle }) => handle.run_id))
  const begun = new Set([...recorded, ...active.map(({ handle }) => handle.run_id)])
  const accepted = placeAccepted(query.accepted ?? [], wanted)
  const all = [
    ...accepted.filter(({ handle }) => !begun.has(handle.run_id)),
    ...active.filter(({ handle }) => !recorded.has(handle.run_id)),
    ...over,
  ]
  all.sort((a, b) => comparePlaces(b.place, a.place))
  const page = all.slice(0, query.limit)
  const last = page.at(-1)
  const more = all.length > page.length && last !== undefined
  return {
    runs: page.map(({ handle }) => handle),
    next: more ? formatCursor(last.place) : null,
  }
}

interface Wanted {
  target?: Target
  status?: string
  sinceMs?: number
  parent?: string
  before?: RunPlace
  limit: number
}

async function readQuery(query: RunsQuery, store: Store): Promise<Wanted> {
  const { status, parent, sinceMs, cursor, limit } = query
  if (status !== undefined && !(runStates as readonly string[]).includes(status))
    throw fail('VALIDATION_ERROR', `Cannot list runs with the status "${status}": there is none`, {
      hint: `Statuses: ${runStates.join(', ')}`,
    })
  // A run is always younger than the one that pressed it.
  const since = Math.max(sinceMs ?? 0, parent === undefined ? 0 : runIdTime(parent) || 0)
  return {
    ...(query.target !== undefined && { target: await readTarget(query.target, store) }),
    ...(status !== undefined && { status }),
    ...(since > 0 && { sinceMs: since }),
    ...(parent !== undefined && { parent }),
    ...(cursor !== undefined && { before: parseCursor(cursor) }),
    limit,
  }
}

/** `button/deploy`, `drawer/release`, or a name alone. */
async function readTarget(text: string, store: Store): Promise<Target> {
  if (/^(button|drawer)\/./.test(text)) {
    const { kind, name } = parseTarget(text)
    return { kind, name: slug(name) }
  }
  const name = slug(text)
  if (name === '') throw fail('VALIDATION_ERROR', `Cannot list runs of "${text}": it is no name`)
  const isDrawer = (await store.drawers.names()).includes(name)
  return { kind: isDrawer ? 'drawer' : 'button', name }
}

function formatCursor({ startedMs, key }: RunPlace): string {
  return Buffer.from(`${startedMs} ${key}`).toString('base64url')
}

function parseCursor(cursor: string): RunPlace {
  const text = Buffer.from(cursor, 'base64url').toString()
  const match = /^(\d{1,15}) (\S+)$/.exec(text)
  if (!match) throw fail('VALIDATION_ERROR', `Cannot go on from "${cursor}": it is no cursor`)
  return { startedMs: Number(match[1]), key: match[2]! }
}

/** Negative when `a` is the older one. */
function comparePlaces(a: RunPlace, b: RunPlace): number {
  if (a.startedMs !== b.startedMs) return a.startedMs - b.startedMs
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

async function listActive(wanted: Wanted, store: Store): Promise<Placed[]> {
  const { status } = wanted
  if (status !== undefined && !(activeStates as readonly string[]).includes(status)) return []
  const placed = (await store.active.list()).map(({ entry }) => ({
    place: { startedMs: Date.parse(entry.started_at), key: `active/${entry.run_id}` },
    handle: handleOfActive(entry),
  }))
  return placed.filter((one) => isWanted(one, wanted))
}

function placeAccepted(accepted: readonly RunHandle[], wanted: Wanted): Placed[] {
  const placed = accepted.map((handle) => ({
    place: { startedMs: Date.parse(handle.started_at), key: `accepted/${handle.run_id}` },
    handle,
  }))
  return placed.filter((one) => isWanted(one, wanted))
}

function isWanted({ place, handle }: Placed, wanted: Wanted): boolean {
  const { status, target, sinceMs, parent, before } = wanted
  return (
    (status === undefined || handle.status === status) &&
    (!target || handle.target === formatTarget(target)) &&
    (sinceMs === undefined || place.startedMs >= sinceMs) &&
    (parent === undefined || handle.parent_run_id === parent) &&
    (!before || comparePlaces(place, before) < 0)
  )
}

// One more than asked for tells whether there are more. Parents are in no index: those runs are
// looked for among all that are young enough.
async function listStored(wanted: Wanted, store: Store): Promise<Placed[]> {
  const { target, status, sinceMs, parent, limit } = wanted
  const enough = limit + 1
  const batch = parent === undefined ? enough : limits.listBatch
  const found: Placed[] = []
  for (let before = wanted.before; found.length < enough;) {
    const runs = await store.runs.listStored({
      limit: batch,
      ...(target && { target }),
      ...(status !== undefined && { status }),
      ...(sinceMs !== undefined && { sinceMs }),
      ...(before && { before }),
    })
    for (const stored of runs) {
      before = { startedMs: Date.parse(stored.run.started_at), key: stored.file }
      if (parent === undefined || stored.run.parent_run_id === parent)
        found.push({ place: before, handle: handleOfStored(stored) })
    }
    if (runs.length < batch) break
  }
  return found.slice(0, enough)
}
