// A machine whose disk fails at a chosen moment.

import { openBunHost } from '../../src/host/bun.ts'
import { type Files, type Host, HostError } from '../../src/host/host.ts'
import type { Home } from './home.ts'

const writes = [
  'create',
  'replace',
  'place',
  'append',
  'makeDirectory',
  'rename',
  'copyTree',
  'setMode',
  'syncDirectory',
] as const satisfies (keyof Files)[]

export interface TroubledHost {
  host: Host
  /** How many calls wanted to write so far. */
  readonly calls: number
}

/** The host of a home on which the write numbered `failing` (from 0) fails, and only that one. */
export function troubledHost(home: Home, failing: number, code = 'ENOSPC'): TroubledHost {
  const real = openBunHost()
  const files: Files = { ...real.files }
  let calls = 0
  for (const name of writes) {
    const act = files[name] as (...args: unknown[]) => unknown
    Object.assign(files, {
      [name]: (...args: unknown[]) => {
        if (calls++ === failing) throw new HostError(code, name, String(args[0]))
        return act(...args)
      },
    })
  }
  return {
    host: { ...real, env: home.env, cwd: home.cwd, files },
    get calls() {
      return calls
    },
  }
}
