// The environment that buttons pressed through a host see: the host's own, without what only the
// host needs (serve.md D46). Batteries stay, since they are given to every press anyway.

import type { Environment } from '#spec/env.ts'

const own: ReadonlySet<string> = new Set([
  'BUTTONS_API_KEY',
  'BUTTONS_CF_API_TOKEN',
  'TUNNEL_TOKEN',
  'BUTTONS_BAT_WAKE_TOKEN',
  'BUTTONS_BAT_REGISTRY_KEY',
  'BUTTONS_REGISTRY_KEY',
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'NOTIFY_SOCKET',
])

export function childEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(
    ([name]) => !own.has(name) && !name.startsWith('BUTTONS_SERVE_'),
  )
  return Object.fromEntries(kept)
}
