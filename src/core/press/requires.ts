// What a button needs from its surroundings before it is pressed.

import { batteryPrefix, type Environment } from '#spec/env.ts'
import type { Button } from '#spec/button.ts'

/** Batteries the button requires that are neither stored nor exported by the caller (D70). */
export function missingBatteries(
  button: Pick<Button, 'requires_batteries'>,
  batteries: Readonly<Record<string, string>>,
  env: Environment,
): string[] {
  const missing: string[] = []
  for (const key of button.requires_batteries ?? [])
    if (!Object.hasOwn(batteries, key) && env[batteryPrefix + key] === undefined) missing.push(key)
  return missing
}
