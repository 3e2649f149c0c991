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
  const { whole, inside: ordered } = sortSecrets(secrets)
  if (whole.size === 0) return (text) => text
  return (text) => {
    if (whole.has(text)) return redactedText
    return ordered.reduce((rest, secret) => rest.replaceAll(secret, redactedText), text)
  }
}

/** The secrets that are searched for inside text, the longest first. */
export function secretsInside(secrets: Secrets): readonly string[] {
  return sortSecrets(secrets).inside
}

function sortSecrets(secrets: Secrets): { whole: Set<string>; inside: string[] } {
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
  // Longest first: a secret that contains another one must go as a whole.
  return { whole, inside: [...inside].sort((a, b) => b.length - a.length) }
}
