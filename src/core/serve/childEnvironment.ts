// The environment that buttons pressed through a host see: the host's own, without what only the
// host needs (serve.md D46). Batteries stay, since they are given to every press anyway.

import { type Environment, hostOnlyNames, settingPrefix } from '#spec/env.ts'

export function childEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(
    ([name]) => !Object.hasOwn(hostOnlyNames, name) && !name.startsWith(settingPrefix),
  )
  return Object.fromEntries(kept)
}
