// Taking secrets out of a text that arrives in pieces. What could be the beginning of a secret is
// held back until the next piece tells.

import type { Secrets } from './redact.ts'
import { redactor, secretsInside } from './redact.ts'

export interface RedactStream {
  /** What may be shown by now. */
  add(text: string): string
  /** The rest. */
  end(): string
}

export function redactStream(secrets: Secrets): RedactStream {
  const inside = secretsInside(secrets)
  const redact = redactor(secrets)
  let held = ''
  return {
    add: (text) => {
      const all = held + text
      const cut = safeLength(all, inside)
      held = all.slice(cut)
      return redact(all.slice(0, cut))
    },
    end: () => {
      const rest = held
      held = ''
      return redact(rest)
    },
  }
}

// A whole secret across the cut goes out as a whole, so that it is recognised.
function safeLength(text: string, secrets: readonly string[]): number {
  const begun = secrets.map((secret) => beginningAtEnd(text, secret))
  let cut = text.length - Math.max(0, ...begun)
  for (const secret of secrets) {
    const from = text.indexOf(secret, Math.max(0, cut - secret.length + 1))
    if (from >= 0 && from < cut) cut = Math.max(cut, from + secret.length)
  }
  return cut
}

/** How many characters at the end of a text are the beginning of a secret, but not all of it. */
function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--)
    if (text.endsWith(secret.slice(0, length))) return length
  return 0
}
