// What a detached process is to do: a private file in the folder of its run. Arguments may be
// secrets, and everybody can read those of a process.

import { fail } from '#spec/errors.ts'
import type { DetachedRequest, DetachedResume } from '#spec/runs.ts'
import type { HeldRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'host'>

export type DetachedWork = DetachedRequest | DetachedResume

export function writeRequest(run: HeldRun, work: DetachedWork, { host }: Look): void {
  host.files.makeDirectory(run.directory, 0o700)
  removeRequest(run, { host })
  host.files.create(pathOf(run), JSON.stringify(work), 0o600)
}

/** Throws INTERNAL_ERROR when there is none. */
export function readRequest(run: HeldRun, rooms: Look): DetachedWork {
  const work = findRequest(run, rooms)
  if (work) return work
  throw fail('INTERNAL_ERROR', `Run ${run.runId} has lost its request`)
}

export function findRequest(run: HeldRun, { host }: Look): DetachedWork | undefined {
  const text = host.files.findText(pathOf(run))
  return text === undefined ? undefined : (JSON.parse(text) as DetachedWork)
}

export function removeRequest(run: HeldRun, { host }: Look): void {
  host.files.remove(pathOf(run))
}

function pathOf({ directory }: HeldRun): string {
  return `${directory}/request.json`
}
