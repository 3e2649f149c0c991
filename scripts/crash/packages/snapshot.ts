// Everything in a home that counts: one text for the manifest, and one for each package with its line
// of the lock. Two homes are alike when these are.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type Snapshot = ReadonlyMap<string, string>

interface Locked {
  dependencies: Record<string, { kind: string; installed_name: string }>
}

/** Logs, indexes and what belongs to no package are left out; the log must be readable, though. */
export function snapshot(data: string): Snapshot {
  findJson(data, 'history.json')
  const parts = new Map([['buttons.json', JSON.stringify(findJson(data, 'buttons.json') ?? null)]])
  for (const kind of ['buttons', 'drawers'])
    for (const name of listNames(join(data, kind))) {
      const lines: string[] = []
      visit(join(data, kind, name), '', lines)
      parts.set(`${kind}/${name}`, lines.join('\n'))
    }
  const lock = findJson(data, 'buttons-lock.json') as Locked | undefined
  for (const entry of Object.values(lock?.dependencies ?? {})) {
    const key = `${entry.kind}s/${entry.installed_name}`
    // When, and from which port of the registry, is another thing every time.
    const known = { ...entry, resolved_at: '', source: '' }
    parts.set(key, `${JSON.stringify(known)}\n${parts.get(key) ?? 'no folder'}`)
  }
  return parts
}

function findJson(data: string, name: string): unknown {
  const path = join(data, name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

function listNames(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
}

function visit(folder: string, below: string, lines: string[]): void {
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = join(below, name)
    const { mode } = statSync(join(folder, path))
    const isFile = statSync(join(folder, path)).isFile()
    if (!isFile) visit(folder, path, lines)
    else if (!isUnseen(below, name))
      lines.push(
        `${path} ${(mode & 0o777).toString(8)} ${readFileSync(join(folder, path), 'utf8')}`,
      )
  }
}

/** What presses note for themselves, and what is unfinished beside the records, which nobody reads. */
function isUnseen(below: string, name: string): boolean {
  return below === 'pressed' && (name === '.baseline' || name.startsWith('.tmp-'))
}

/** Names of what is not the same in both. */
export function findDifferences(one: Snapshot, other: Snapshot): string[] {
  const names = new Set([...one.keys(), ...other.keys()])
  return [...names].filter((name) => one.get(name) !== other.get(name))
}

/** What a dead command left behind and the next one did not clear up. */
export function findLeftovers(data: string): string[] {
  return readdirSync(data).filter((name) => /^\.(?:staging|installing)/.test(name))
}
