// Holding runs: every run in progress has a small file, created exclusively, which makes its id the
// only one, and locked for as long as its process lives. On the path of every press: nothing here
// lists or loads what a press does not need.

import { newRunId } from '#core/run/id.ts'
import { formatTime } from '#core/time/format.ts'
import { storageError } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { HeldFile, Host } from '#host/host.ts'
import type { HeldRun, NewRun } from '../../store.ts'
import { isThere } from '../exists.ts'
import { sideEnds } from '../runs/stems.ts'
import { openCancels } from './cancels.ts'
import type { HeldSpares } from './spares.ts'

export interface Holder {
  begin(run: NewRun): HeldRun
  beginOrHide(run: NewRun): HeldRun
  inherit(runId: string, fd: number): HeldRun
  /** Goes on with a run whose file this process has locked. */
  take(runId: string, file: HeldFile, record: string | undefined): HeldRun
  started(runId: string, group: number, step?: string): void
  sent(runId: string): void
  /** A record of a run exists now. */
  recorded(runId: string | undefined, file: string): void
  /** From now on files of ended runs serve new ones. */
  keepSpares(spares: HeldSpares): void
}

interface Held {
  run: HeldRun
  append(change: object): void
  setRecord(file: string): void
}

export function openHolder(host: Host, dataDirectory: string): Holder {
  const folder = activeFolder(dataDirectory)
  const held = new Map<string, Held>()
  const cancels = openCancels(host, folder)
  let spares: HeldSpares | undefined
  const add = (runId: string, file: HeldFile, record?: string): HeldRun => {
    const forget = () => {
      held.delete(runId)
      cancels.forget(runId)
    }
    const one = hold({ host, dataDirectory, spares }, { runId, file, record }, forget)
    held.set(runId, one)
    return one.run
  }
  // Taken over by a process that runs others as well: it is to be asked, and lives on.
  const share = ({ run: { runId }, append }: Held, onCancel: () => void) => {
    append({ shared: true })
    cancels.listen(runId, onCancel)
  }
  const begin = (run: NewRun): HeldRun => {
    const known = run.runId === undefined ? undefined : held.get(run.runId)
    if (known) {
      if (run.onCancel) share(known, run.onCancel)
      return lend(known.run)
    }
    const { runId, file } = register(host, folder, run, spares)
    const begun = add(runId, file)
    if (run.onCancel) cancels.listen(runId, run.onCancel)
    return begun
  }
  return {
    begin: (run) => {
      try {
        return begin(run)
      } catch (error) {
        throw isHostError(error) ? storageError('Cannot register the run', error) : error
      }
    },
    beginOrHide: (run) => {
      try {
        return begin(run)
      } catch (error) {
        if (!isHostError(error)) throw error
        return hidden(run.runId ?? newRunId(host.clock.now(), host.random), folder)
      }
    },
    inherit: (runId, fd) => add(runId, host.locks.inherit(fd)),
    take: add,
    started: (runId, group, step) =>
      held.get(runId)?.append({ group, ...(step !== undefined && { step }) }),
    sent: (runId) => held.get(runId)?.append({ sent: true }),
    recorded: (runId, file) => {
      if (runId !== undefined) held.get(runId)?.setRecord(file)
    },
    keepSpares: (given) => void (spares = given),
  }
}

function isHostError(error: unknown): boolean {
  return (error as Error).name === 'HostError'
}

export function activeFolder(dataDirectory: string): string {
  return `${dataDirectory}/active`
}

/** Where what belongs to a run lies while it is in progress. */
export function runDirectory(folder: string, runId: string): string {
  return `${folder}/${runId}.d`
}

export function stepsIn(directory: string): string {
  return `${directory}/steps.jsonl`
}

/** What steps of a drawer have made. */
export function artifactsIn(directory: string): string {
  return `${directory}/artifacts`
}

function register(
  host: Host,
  folder: string,
  run: NewRun,
  spares: HeldSpares | undefined,
): { runId: string; file: HeldFile } {
  for (;;) {
    const runId = run.runId ?? newRunId(host.clock.now(), host.random)
    const line = `${JSON.stringify(newEntry(host, runId, run))}\n`
    const spare = spares?.take(`${folder}/${runId}`, line)
    if (spare !== undefined && spare !== 'taken') return { runId, file: spare }
    const file = spare === 'taken' ? undefined : create(host, folder, runId)
    if (file) {
      file.append(line)
      return { runId, file }
    }
    if (run.runId !== undefined)
      throw fail('ALREADY_EXISTS', `Cannot begin run ${runId}: this id is in use`)
  }
}

function create(host: Host, folder: string, runId: string): HeldFile | undefined {
  try {
    return host.locks.create(`${folder}/${runId}`)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'EEXIST') return undefined
    if (code !== 'ENOENT') throw error
    host.files.makeDirectory(folder, 0o700)
    return create(host, folder, runId)
  }
}

function newEntry(host: Host, runId: string, run: NewRun): Omit<ActiveEntry, 'groups'> {
  const { target, parentRunId, retryOf, detached, idempotencyKey, args, onCancel, cwd } = run
  return {
    run_id: runId,
    target: `${target.kind}/${target.name}`,
    started_at: formatTime(host.clock.now()),
    pid: process.pid,
    status: 'running',
    ...(parentRunId !== undefined && { parent_run_id: parentRunId }),
    ...(retryOf !== undefined && { retry_of: retryOf }),
    ...(detached && { detached }),
    ...(onCancel && { shared: true }),
    ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
    ...(args && { args }),
    ...(cwd !== undefined && { cwd }),
  }
}

interface Rooms {
  host: Host
  dataDirectory: string
  spares: HeldSpares | undefined
}

interface Taken {
  runId: string
  file: HeldFile
  /** An earlier process has recorded it. */
  record: string | undefined
}

function hold(
  { host, dataDirectory, spares }: Rooms,
  { runId, file, record: before }: Taken,
  forget: () => void,
): Held {
  const folder = activeFolder(dataDirectory)
  const directory = runDirectory(folder, runId)
  let record = before
  let bytes = 0
  const append = (change: object) => {
    const line = `${JSON.stringify(change)}\n`
    bytes += line.length
    try {
      file.append(line)
    } catch {
      // A full disk: others see a little less of the run.
    }
  }
  const run: HeldRun = {
    runId,
    directory,
    stepsPath: stepsIn(directory),
    fd: file.fd,
    note: append,
    recordFile: () => record,
    end: () => {
      forget()
      if (keepSpare()) return
      conclude(host, dataDirectory, runId, record)
      file.release()
    },
    release: () => {
      forget()
      file.release()
    },
  }
  // What the script has left behind has to be seen to.
  const keepSpare = () =>
    spares !== undefined &&
    !isThere(host, directory) &&
    spares.keep(`${folder}/${runId}`, { file, bytes, record })
  const setRecord = (path: string) => {
    record = path
    // Who waits for the run finds its result without searching; a spare is looked at once more.
    if (!spares) append({ record })
  }
  return { run, append, setRecord }
}

/** Removes what is kept of a run in progress; with a record, what it has made stays beside it. */
export function conclude(
  host: Host,
  dataDirectory: string,
  runId: string,
  record: string | undefined,
): void {
  const folder = activeFolder(dataDirectory)
  const directory = runDirectory(folder, runId)
  try {
    if (host.files.stat(directory)) {
      if (record !== undefined) keepBeside(host, dataDirectory, directory, record)
      host.files.removeTree(directory)
    }
    host.files.remove(`${folder}/${runId}`)
  } catch {
    // Whoever looks at the runs next finds the record and tidies up.
  }
}

// A later run may begin after its steps.
function keepBeside(host: Host, dataDirectory: string, directory: string, record: string): void {
  const base = `${dataDirectory}/${record.slice(0, -'.json'.length)}`
  const keep = (from: string, end: string) => {
    if (host.files.stat(from)) host.files.rename(from, base + end)
  }
  keep(stepsIn(directory), sideEnds.steps)
  keep(artifactsIn(directory), sideEnds.artifacts)
}

// The owner began it and ends it; whoever is in between only works for it.
function lend(run: HeldRun): HeldRun {
  return { ...run, end: () => {}, release: () => {} }
}

function hidden(runId: string, folder: string): HeldRun {
  const directory = runDirectory(folder, runId)
  return {
    runId,
    directory,
    stepsPath: stepsIn(directory),
    fd: undefined,
    note: () => {},
    recordFile: () => undefined,
    end: () => {},
    release: () => {},
  }
}
