// Arguments as they may be stored: sorted by name, secrets replaced.

import { redactedText } from '#spec/limits.ts'

/** `secretArgs` are the names declared secret: `[redacted]` whatever their value. */
export function redactArgs(
  args: Readonly<Record<string, string>>,
  secretArgs: readonly string[],
  redact: (text: string) => string,
): Record<string, string> {
  // Without a prototype, so that every name is only a name.
  const redacted: Record<string, string> = Object.create(null)
  for (const name of Object.keys(args).sort())
    redacted[name] = secretArgs.includes(name) ? redactedText : redact(args[name]!)
  return redacted
}
