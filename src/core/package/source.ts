// Which registry, and with which keys: out of the environment, else out of batteries (registry 3).

import { batteryPrefix, type Environment } from '#spec/env.ts'

type Batteries = Readonly<Record<string, string>>

/** The address of the registry without slashes at its end, when there is one. */
export function findRegistryBase(env: Environment, batteries: Batteries): string | undefined {
  const base = env['BUTTONS_REGISTRY_URL'] || batteries['REGISTRY_URL']
  return base === undefined ? undefined : trimSlashes(base) || undefined
}

/** A key or token by the name of its battery. */
export function findRegistryKey(
  name: string,
  env: Environment,
  batteries: Batteries,
): string | undefined {
  return env[batteryPrefix + name] || batteries[name] || undefined
}

export function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '')
}

export const noRegistry = {
  message: 'registry URL not set',
  hint: 'Set BUTTONS_REGISTRY_URL, or buttons batteries set REGISTRY_URL https://…',
} as const
