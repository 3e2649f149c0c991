// Arguments as they may be stored: sorted by name, secrets replaced.

import { redactedText } from '#spec/limits.ts'

/** `secretArgs` are the names declared secret: `[redacted]` whatever their value. */
export function redactArgs(
  args: Readonly<Record<string, string>>,
  secretArgs: readonly string[],
  redact: (text: string) => string,
): Record<string, string> {
  const names = Object.keys(args).sort()
  return Object.fromEntries(
    names.map((name) => [name, secretArgs.includes(name) ? redactedText : redact(args[name]!)]),
  )
}
