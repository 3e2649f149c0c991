// Hosts in front of a test registry, and clients behind them.

import { openBunHost } from '#host/bun.ts'
import type { Clock, Files, Host } from '#host/host.ts'
import { HostError } from '#host/host.ts'
import { emptyHome, type Home } from './home.ts'
import { serveHome, type TestHost } from './hosts.ts'
import { openRegistry, type TestRegistry } from './registry.ts'

export interface ProxySet {
  origin: TestRegistry
  proxy: TestHost
  home: Home
}

/** A proxy before an empty registry, with its keys. */
export async function openProxy(
  flags: Record<string, unknown> = {},
  changes: Partial<Host> = {},
): Promise<ProxySet> {
  const origin = openRegistry()
  const home = proxyHome(origin)
  const proxy = await serveHome(home, { 'registry-origin': origin.url, ...flags }, changes)
  return { origin, proxy, home }
}

/** The home of a host that knows the keys of a registry. */
export function proxyHome(origin: TestRegistry): Home {
  const home = emptyHome()
  home.env['BUTTONS_BAT_REGISTRY_KEY'] = origin.readKey
  home.env['BUTTONS_BAT_REGISTRY_WRITE_KEY'] = origin.writeKey
  return home
}

/** A home whose registry is at some address, and which knows none of the origin's keys. */
export function clientOf(url: string, key = 'whatever'): Home {
  const home = emptyHome()
  Object.assign(home.env, {
    BUTTONS_REGISTRY_URL: url,
    BUTTONS_BAT_REGISTRY_KEY: key,
    BUTTONS_BAT_REGISTRY_WRITE_KEY: key,
  })
  return home
}

export interface ForwardClock {
  clock: Clock
  /** Timers of exactly these lengths are over after 20 ms. */
  hurried: number[]
  pass(ms: number): void
}

/** A clock that can be put forward; its timers go by the real time. */
export function forwardClock(): ForwardClock {
  const { clock } = openBunHost()
  let ahead = 0
  const time: ForwardClock = {
    hurried: [],
    pass: (ms) => void (ahead += ms),
    clock: {
      now: () => clock.now() + ahead,
      monotonic: () => clock.monotonic() + ahead,
      sleep: (ms, signal) => clock.sleep(isShort(ms) ? 20 : ms, signal),
      after: (ms, act) => {
        if (!isShort(ms)) return clock.after(ms, act)
        return clock.after(20, () => {
          ahead += ms
          act()
        })
      },
    },
  }
  const isShort = (ms: number): boolean => time.hurried.includes(ms)
  return time
}

/** Files of a disk that is full, or full again after so many bytes. */
export function fullDisk(leftBytes = 0): Files {
  const { files } = openBunHost()
  let left = leftBytes
  const refuse = (path: string) => new HostError('ENOSPC', 'write', path)
  return {
    ...files,
    append: (path, content, mode) => {
      const isArchive = path.includes('/registry/cache/')
      if (isArchive && content.length > left) {
        files.append(path, content.slice(0, left), mode)
        left = 0
        throw refuse(path)
      }
      if (isArchive) left -= content.length
      files.append(path, content, mode)
    },
    replace: (path, content, mode) => {
      if (path.includes('/registry/cache/')) throw refuse(path)
      files.replace(path, content, mode)
    },
  }
}
