// Which versions a project's requests lead to, requirements of requirements included (registry 8.1).
// Packages are asked for in waves, so that those of one wave can come at the same time; the result
// depends on the requests and the index alone, never on who answered first.

import { fail } from '#spec/errors.ts'
import { floating, type Lock, type LockEntry, type Requests } from '#spec/package.ts'
import { compareText } from '../expr/textOrder.ts'
import type { PackageIndex } from './rows.ts'
import { deskOf, findRequirements, type PackageSpec } from './spec.ts'
import { isExactVersion } from './version.ts'

export interface Resolution<L> {
  /** What to install. */
  roots: Requests
  /** What the project itself asks for: it wins over whatever packages require. */
  policies: Requests
  lock: Lock
  /** Take the newest of every `latest` instead of what the lock says. */
  refresh: boolean
  /** Packages that stay at the version of the lock. */
  held: ReadonlySet<string>
  /** Only a part of the project is resolved: pins that others put into the lock still hold. */
  partial: boolean
  index: PackageIndex
  load(name: string, version: string): Promise<L>
}

export interface Resolved<L> {
  name: string
  requested: string
  version: string
  loaded: L
  requires: Requests
}

/**
 * The packages in the order of installation: each before what it requires. Throws NOT_FOUND and
 * VALIDATION_ERROR, for a requirement with the names of those that led to it.
 */
export async function resolvePackages<L extends { spec: PackageSpec }>(
  resolution: Resolution<L>,
): Promise<Resolved<L>[]> {
  // A pin found late may change what was chosen before it, and with that which pins there are.
  let pins: Pins = new Map()
  for (let round = 0; ; round++) {
    const walked = await walk(resolution, pins)
    // Pins of versions that were given up are forgotten. Should that go round in circles, they are
    // kept: then each round but the last finds a new one, and the rounds come to an end.
    const next = new Map([...walked.pins, ...(round < forgetfulRounds ? [] : pins)])
    if (isSettled(walked, resolution, next)) {
      checkPins(walked.pins, next)
      return inOrder(resolution.roots, walked.chosen)
    }
    pins = next
  }
}

const forgetfulRounds = 8

/** Who asked for exactly which version of a package; further ones that ask for others. */
interface Pin {
  version: string
  by: string
  others: { version: string; by: string }[]
}

type Pins = Map<string, Pin>

interface Walked<L> {
  chosen: Map<string, Resolved<L>>
  /** The pins that the chosen versions bring. */
  pins: Pins
}

async function walk<L extends { spec: PackageSpec }>(
  resolution: Resolution<L>,
  known: Pins,
): Promise<Walked<L>> {
  const walked: Walked<L> = { chosen: new Map(), pins: new Map() }
  const { chosen, pins } = walked
  const parents = new Map<string, string>()
  let wave = Object.keys(resolution.roots).sort(compareText)
  while (wave.length > 0) {
    const all = new Map([...pins, ...known])
    const answers = await Promise.allSettled(
      wave.map((name) => choose(name, requestFor(name, resolution, all), resolution)),
    )
    const next = new Set<string>()
    for (const [at, answer] of answers.entries()) {
      if (answer.status === 'rejected') throw blame(answer.reason, wave[at]!, parents, chosen)
      const parent = answer.value
      chosen.set(parent.name, parent)
      for (const [name, requested] of Object.entries(parent.requires)) {
        if (isExactVersion(requested)) pin(name, requested, parent.name, pins)
        if (!parents.has(name) && !chosen.has(name)) parents.set(name, parent.name)
        next.add(name)
      }
    }
    wave = [...next].filter((name) => !chosen.has(name)).sort(compareText)
  }
  for (const name of Object.keys({ ...resolution.policies, ...resolution.roots })) pins.delete(name)
  return walked
}

function isSettled<L>({ chosen }: Walked<L>, resolution: Resolution<L>, pins: Pins): boolean {
  return chosen
    .values()
    .every(({ name, requested }) => requestFor(name, resolution, pins) === requested)
}

/** The request that decides for a package, as far as pins are known. */
function requestFor<L>(name: string, resolution: Resolution<L>, pins: Pins): string {
  const { policies, roots, lock, partial } = resolution
  const own = policies[name] ?? roots[name]
  if (own !== undefined) return own
  const pinned = pins.get(name)?.version
  if (pinned !== undefined) return pinned
  const locked = lock.dependencies[name]?.requested
  return partial && locked !== undefined && isExactVersion(locked) ? locked : floating
}

async function choose<L extends { spec: PackageSpec }>(
  name: string,
  requested: string,
  resolution: Resolution<L>,
): Promise<Resolved<L>> {
  const wanted = wantedVersion(resolution.lock.dependencies[name], requested, {
    refresh: resolution.refresh,
    held: resolution.held.has(name),
  })
  const { version } = resolution.index.get(name, wanted)
  const loaded = await resolution.load(name, version)
  const requires = findRequirements(loaded.spec, deskOf(name))
  return { name, requested, version, loaded, requires }
}

/** The version to ask the index for; undefined for the newest. */
function wantedVersion(
  locked: LockEntry | undefined,
  requested: string,
  { refresh, held }: { refresh: boolean; held: boolean },
): string | undefined {
  if (held && locked) return locked.version
  if (requested !== floating) return requested
  return !refresh && locked?.requested === floating ? locked.version : undefined
}

function pin(name: string, version: string, by: string, pins: Pins): void {
  const found = pins.get(name)
  if (!found) pins.set(name, { version, by, others: [] })
  else if (found.version !== version) found.others.push({ version, by })
}

/** Throws VALIDATION_ERROR when two packages insist on different versions of a third. */
function checkPins(found: Pins, used: Pins): void {
  for (const [name, { version, by, others }] of found) {
    const first = used.get(name)!
    const other = [{ version, by }, ...others].find((one) => one.version !== first.version)
    if (other)
      throw fail(
        'VALIDATION_ERROR',
        `Cannot choose a version of "${name}": "${first.by}" requires ${first.version}, ` +
          `"${other.by}" requires ${other.version}`,
        { hint: `buttons add ${name}@N decides` },
      )
  }
}

/** An error about a requirement, with everything that led to it. */
function blame<L extends { spec: PackageSpec }>(
  error: unknown,
  name: string,
  parents: ReadonlyMap<string, string>,
  chosen: ReadonlyMap<string, Resolved<L>>,
): unknown {
  const path: string[] = []
  for (let at = parents.get(name); at !== undefined; at = parents.get(at)) {
    const spec = chosen.get(at)?.loaded.spec
    if (!spec || path.length >= mostNamed) break
    path.unshift(`dependency of ${spec.kind === 'drawer' ? 'drawer ' : ''}"${spec.name}": `)
  }
  if (path.length === 0 || !(error instanceof Error)) return error
  return fail('VALIDATION_ERROR', path.join('') + error.message, { cause: error })
}

/** Longer paths are cut at their far end. */
const mostNamed = 8

/** Depth first, requirements right after what requires them. */
function inOrder<L>(roots: Requests, chosen: ReadonlyMap<string, Resolved<L>>): Resolved<L>[] {
  const ordered = new Set<Resolved<L>>()
  const waiting = Object.keys(roots).sort(compareText).reverse()
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = chosen.get(name)!
    if (ordered.has(found)) continue
    ordered.add(found)
    waiting.push(...Object.keys(found.requires).sort(compareText).reverse())
  }
  return [...ordered]
}
