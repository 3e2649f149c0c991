// Looking at runs in progress from outside. A file that nobody holds and that has no record belongs
// to a run whose process died: it is marked, and kept until somebody decides about it.

import { findActive, parseTarget } from '#core/run/active.ts'
import { formatTime } from '#core/time/format.ts'
import { guard } from '#core/text/storage.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { Target } from '#spec/run.ts'
import { limits } from '#spec/limits.ts'
import type { HeldFile, Host, LockWatch } from '#host/host.ts'
import type { ActiveRun, HeldRun, RunWatch } from '../../store.ts'
import { activeFolder, conclude, type Holder, runDirectory, stepsIn } from './hold.ts'

export interface Looker {
  host: Host
  dataDirectory: string
  holder: Holder
  findRecord(runId: string, target: Target): Promise<StoredRun | undefined>
}

export async function listActive(looker: Looker): Promise<ActiveRun[]> {
  const folder = activeFolder(looker.dataDirectory)
  const entries = guard(`Cannot list "${folder}"`, () => looker.host.files.list(folder))
  const found: ActiveRun[] = []
  for (const { name, kind } of entries) {
    if (kind !== 'file' || !/^[0-9a-f]{16}$/.test(name)) continue
    const run = await findActiveRun(name, looker)
    if (run) found.push(run)
  }
  return found
}

/** Undefined for what is not begun yet, or over. */
export async function findActiveRun(runId: string, looker: Looker): Promise<ActiveRun | undefined> {
  const watch = openWatch(runId, looker)
  if (!watch) return undefined
  try {
    // First the lock: a holder that lets go in between has said before how it ended.
    const held = await isHeldByLiving(watch, looker.host)
    const entry = findActive(watch.text())
    if (!entry) return undefined
    return held ? describe(entry, true, looker) : await settle(watch, entry, looker)
  } finally {
    watch.close()
  }
}

// Whatever a process was about to start when it was killed has its lock for an instant longer.
async function isHeldByLiving(
  watch: LockWatch,
  { processes, clock }: Looker['host'],
): Promise<boolean> {
  for (let tries = 0; tries < limits.lingerTries; tries++) {
    if (!watch.isHeld()) return false
    const entry = findActive(watch.text())
    if (!entry || processes.isAlive(entry.pid)) return true
    await clock.sleep(2)
  }
  return watch.isHeld()
}

function openWatch(runId: string, { host, dataDirectory }: Looker): LockWatch | undefined {
  const path = `${activeFolder(dataDirectory)}/${runId}`
  return guard(`Cannot read "${path}"`, () => host.locks.watch(path))
}

// What is decided here is decided while nobody can take the run over, or it could be called
// interrupted while somebody resumes it.
async function settle(
  watch: LockWatch,
  seen: ActiveEntry,
  looker: Looker,
): Promise<ActiveRun | undefined> {
  const { host, dataDirectory } = looker
  const { run_id: runId, target } = seen
  const record = seen.record ?? (await looker.findRecord(runId, parseTarget(target)))?.file
  let found: ActiveRun | undefined
  const free = watch.whileFree(() => {
    const entry = findActive(watch.text()) ?? seen
    const ended = record ?? entry.record
    if (ended !== undefined && !entry.unfinished) conclude(host, dataDirectory, runId, ended)
    else if (host.files.stat(`${activeFolder(dataDirectory)}/${runId}`))
      found = describe(mark(watch, entry, ended, host), false, looker)
  })
  return free ? found : describe(seen, true, looker)
}

function mark(
  watch: LockWatch,
  entry: ActiveEntry,
  record: string | undefined,
  host: Host,
): ActiveEntry {
  if (entry.status === 'interrupted') return entry
  const change = {
    status: 'interrupted',
    interrupted_at: formatTime(host.clock.now()),
    ...(record !== undefined && { record }),
  } as const
  try {
    watch.append(`${JSON.stringify(change)}\n`)
  } catch {
    // A full disk: it is noticed again.
  }
  return { ...entry, ...change }
}

function describe(entry: ActiveEntry, held: boolean, { dataDirectory }: Looker): ActiveRun {
  const directory = runDirectory(activeFolder(dataDirectory), entry.run_id)
  return { entry, held, directory, stepsPath: stepsIn(directory) }
}

export async function adoptRun(
  runId: string,
  looker: Looker,
): Promise<HeldRun | 'held' | undefined> {
  const { host, dataDirectory, holder } = looker
  const path = `${activeFolder(dataDirectory)}/${runId}`
  for (let tries = 0; ; tries++) {
    const file = guard(`Cannot take over run ${runId}`, () => host.locks.adopt(path))
    if (file === undefined) return undefined
    if (file !== 'held') return takeOver(runId, file, path, host, holder)
    // Somebody who only looks at the run is gone in an instant.
    if (tries >= limits.adoptTries || (await findActiveRun(runId, looker))?.held) return 'held'
    await host.clock.sleep(1)
  }
}

function takeOver(
  runId: string,
  file: HeldFile,
  path: string,
  host: Host,
  holder: Holder,
): HeldRun | undefined {
  // Removed while we asked for its lock: what we hold is nobody's any more.
  const entry = host.files.stat(path) && findActive(host.files.findText(path) ?? '')
  if (!entry) {
    file.release()
    return undefined
  }
  const run = holder.take(runId, file, entry.record)
  // Whether this process runs others as well, it says when it begins.
  run.note({ pid: process.pid, status: 'running', shared: false })
  return run
}

export function watchRun(runId: string, looker: Looker): RunWatch | undefined {
  const watch = openWatch(runId, looker)
  return (
    watch && {
      get entry() {
        return findActive(watch.text())
      },
      isHeld: watch.isHeld,
      waitHere: watch.waitHere,
      wait: watch.wait,
      close: watch.close,
    }
  )
}

export function askToStop(runId: string, { host, dataDirectory }: Looker): void {
  const path = `${activeFolder(dataDirectory)}/${runId}`
  const line = JSON.stringify({ cancel_requested: formatTime(host.clock.now()) })
  guard(`Cannot write "${path}"`, () => {
    // Appending must not bring back a run that is over by now.
    if (host.files.stat(path)) host.files.append(path, `${line}\n`, 0o600)
  })
}
