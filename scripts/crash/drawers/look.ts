// What a home says about runs of drawers, read from its files: journals, entries and records. All of
// it must be readable at any instant.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stableKey } from '../../../src/core/drawer/run/keys.ts'
import { findActive } from '../../../src/core/run/active.ts'
import type { RunEvent } from '../../../src/spec/drawerEvents.ts'
import type { ActiveEntry } from '../../../src/spec/runs.ts'
import { parseEntries } from '../../../src/store/files/journal/entries.ts'

/** Ids of runs in progress or interrupted. */
export function activeIds(home: string): string[] {
  const folder = join(home, 'active')
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name) && findEntry(home, name))
}

/** Undefined also for a file in which nothing stands yet: that is no run. */
export function findEntry(home: string, runId: string): ActiveEntry | undefined {
  const path = join(home, 'active', runId)
  return existsSync(path) ? findActive(readFileSync(path, 'utf8')) : undefined
}

/** Whether it can be begun anew from what its caller asked for. */
export function isKept(home: string, runId: string): boolean {
  return existsSync(join(home, 'active', `${runId}.d`, 'request.json'))
}

/** Empty when there is no journal. Throws when it is damaged. */
export function readJournal(home: string, runId: string): RunEvent[] {
  const folder = join(home, 'active', `${runId}.d`)
  const path = join(folder, 'journal')
  if (!existsSync(path)) return []
  const read = parseEntries(readFileSync(path), (name) => {
    const aside = join(folder, name)
    return existsSync(aside) ? readFileSync(aside, 'utf8') : undefined
  })
  if (read.ok) return read.events
  throw new Error(`line ${read.line} of the journal of ${runId}: ${read.why}`)
}

export interface Progress {
  /** Names of steps as their scripts see them. */
  finished: Set<string>
  /** Presses that had been announced and not ended. */
  inFlight: Set<string>
}

export function progressOf(events: readonly RunEvent[]): Progress {
  const finished = new Set<string>()
  const inFlight = new Set<string>()
  for (const event of events) {
    if (event.type === 'run.started')
      for (const { key } of event.reused ?? []) finished.add(stableKey(key))
    const key = stableKey(event.key)
    if (event.type === 'step.started' && event.kind === 'button') inFlight.add(key)
    if (event.type === 'step.finished' && inFlight.delete(key)) finished.add(key)
  }
  return { finished, inFlight }
}

export interface KeptRecord {
  run_id: string
  parent_run_id?: string
  status: string
}

/** All records of drawers; throws for a file of the home that is no JSON. */
export function readRecords(home: string): KeptRecord[] {
  const drawers = join(home, 'drawers')
  return readdirSync(drawers).flatMap((drawer) => {
    const folder = join(drawers, drawer, 'pressed')
    if (!existsSync(folder)) return []
    const names = readdirSync(folder).filter((name) => /^\d.*\.json$/.test(name))
    return names.map((name) => readJson(join(folder, name)) as KeptRecord)
  })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`"${path}" is no JSON`, { cause })
  }
}
