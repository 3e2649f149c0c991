// Taking secrets out of text before it is stored.

import { limits, redactedText } from '#spec/limits.ts'

export interface Secrets {
  /** Values of batteries given to the press. */
  batteries: Iterable<string>
  /** Values of arguments and inputs declared secret. */
  declared: Iterable<string>
}

/**
 * A function that replaces every secret in a text by `[redacted]`: whole values always, and inside
 * text the battery values from 8 bytes and the declared ones from 4 characters.
 */
export function redactor(secrets: Secrets): (text: string) => string {
  const whole = new Set<string>()
  const inside = new Set<string>()
  for (const value of secrets.batteries) {
    whole.add(value)
    if (new TextEncoder().encode(value).length >= limits.redactBatteryBytes) inside.add(value)
  }
  for (const value of secrets.declared) {
    whole.add(value)
    if ([...value].length >= limits.redactSecretCharacters) inside.add(value)
  }
  whole.delete('')
  if (whole.size === 0) return (text) => text
  // Longest first: a secret that contains another one must go as a whole.
  const ordered = [...inside].sort((a, b) => b.length - a.length)
  return (text) => {
    if (whole.has(text)) return redactedText
    return ordered.reduce((rest, secret) => rest.replaceAll(secret, redactedText), text)
  }
}
