// Buttons, drawers and apps share their names (D12). Whoever makes something new looks first; what
// decides is a second look here, while nobody else can take a name.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { guard } from '#core/text/storage.ts'

export type Named = 'button' | 'drawer' | 'app'

interface Names {
  host: Host
  dataDirectory: string
}

/** The first of these kinds that has something of this name. */
export function findNamed<K extends Named>(
  { host, dataDirectory }: Names,
  name: string,
  kinds: readonly K[],
): K | undefined {
  return kinds.find((kind) => host.files.stat(`${dataDirectory}/${marks[kind](name)}`))
}

// Apps count by their folder, the others by their spec.
const marks: Readonly<Record<Named, (name: string) => string>> = {
  button: (name) => `buttons/${name}/button.json`,
  drawer: (name) => `drawers/${name}/drawer.json`,
  app: (name) => `apps/${name}`,
}

/** Throws VALIDATION_ERROR when something of these kinds has the name. */
export function refuseNamed(names: Names, name: string, kinds: readonly Named[], what: string) {
  const found = findNamed(names, name, kinds)
  if (!found) return
  const kind = found === 'app' ? 'an app' : `a ${found}`
  throw fail('VALIDATION_ERROR', `${what}: it already exists as ${kind}`)
}

/** Runs `act` while nobody else makes, renames or rewrites anything here. Throws STORAGE_ERROR. */
export function locked<T>({ host, dataDirectory }: Names, act: () => T): T {
  const lock = guard(`Cannot lock "${dataDirectory}"`, () =>
    host.locks.lockDirectory(dataDirectory),
  )
  try {
    return act()
  } finally {
    lock.release()
  }
}
