// Run records as JSON files in `pressed/`: the truth that the index only mirrors.

import { formatStem } from '#core/time/format.ts'
import { findRun } from '#core/press/readRun.ts'
import { limits } from '#spec/limits.ts'
import type { Run, Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { RunClaim, RunQuery, RunStore } from '../store.ts'
import { guard } from './json.ts'
import { fail } from '#spec/errors.ts'

export function openRuns(host: Host, dataDirectory: string): RunStore {
  const directoryOf = (target: Target) => `${dataDirectory}/${target.kind}s/${target.name}/pressed`
  return {
    claimProgress: async (target, startedMs) => claimProgress(host, directoryOf(target), startedMs),
    record: async (target, claim, run) => {
      placeRecord(host, directoryOf(target), claim, run)
    },
    list: async (query) => scan(host, dataDirectory, query),
    findProgress: async (target) => findProgress(host, directoryOf(target)),
    count: async (target) => records(host, directoryOf(target)).length,
  }
}

/** The stems of one second in the order in which they are taken (buttons.md 7.1). */
function* stemsOf(startedMs: number): Generator<string> {
  const first = formatStem(startedMs)
  yield first
  for (let n = 1; n <= limits.stemSuffixes; n++) yield `${first}_${String(n).padStart(3, '0')}`
}

function claimProgress(host: Host, directory: string, startedMs: number): RunClaim {
  try {
    for (const stem of stemsOf(startedMs)) {
      const progressPath = `${directory}/${stem}.progress.jsonl`
      if (host.files.stat(`${directory}/${stem}.json`)) continue
      if (createIfFree(host, directory, progressPath)) return { startedMs, stem, progressPath }
    }
  } catch {
    // Without a progress file the press goes on; its stem is taken when it is recorded.
  }
  return { startedMs }
}

function createIfFree(host: Host, directory: string, path: string): boolean {
  try {
    host.files.create(path, '', 0o600)
    return true
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw error
    // The button is there but nobody has made its `pressed` yet.
    host.files.makeDirectory(directory, 0o700)
    return createIfFree(host, directory, path)
  }
}

function placeRecord(host: Host, directory: string, claim: RunClaim, run: Run): string {
  const text = JSON.stringify(run, null, 2)
  return guard(`Cannot record the press of "${run.button}"`, () => {
    if (claim.stem !== undefined) {
      const path = `${directory}/${claim.stem}.json`
      if (host.files.place(path, text, 0o600)) return path
    }
    host.files.makeDirectory(directory, 0o700)
    for (const stem of stemsOf(claim.startedMs)) {
      if (host.files.stat(`${directory}/${stem}.progress.jsonl`)) continue
      if (host.files.place(`${directory}/${stem}.json`, text, 0o600))
        return `${directory}/${stem}.json`
    }
    throw fail('STORAGE_ERROR', 'every name of this second is taken')
  })
}

function records(host: Host, directory: string): string[] {
  return host.files
    .list(directory)
    .filter((entry) => entry.kind === 'file' && entry.name.endsWith('.json'))
    .map((entry) => entry.name)
}

function scan(host: Host, dataDirectory: string, query: RunQuery): Run[] {
  const names = query.target
    ? [query.target.name]
    : host.files.list(`${dataDirectory}/buttons`).map((entry) => entry.name)
  const found = names.flatMap((name) => {
    const directory = `${dataDirectory}/buttons/${name}/pressed`
    return records(host, directory).flatMap((file) => {
      const run = findRun(host.files.findText(`${directory}/${file}`) ?? '', name)
      return run ? [{ file, run }] : []
    })
  })
  return found
    .filter(({ run }) => !query.failedOnly || run.status !== 'ok')
    .sort((a, b) => compare(b.run.started_at, a.run.started_at) || compare(b.file, a.file))
    .slice(0, query.limit)
    .map(({ run }) => run)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function findProgress(host: Host, directory: string): string | undefined {
  const names = host.files.list(directory).map((entry) => entry.name)
  const newest = names
    .filter((name) => name.endsWith('.progress.jsonl'))
    .sort()
    .at(-1)
  return newest && `${directory}/${newest}`
}
