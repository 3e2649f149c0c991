// The key of a queue: which presses share its slots (buttons.md 10).

export interface FilledKey {
  key: string
  /** Names that were referred to but not given; each counts as empty (D63). */
  absent: string[]
}

/**
 * Fills `${inputs.x}` and `${args.x}` in one pass: plain text, no expressions, and what a value
 * brings along is not looked at again.
 */
export function fillQueueKey(template: string, args: Readonly<Record<string, string>>): FilledKey {
  const absent = new Set<string>()
  const key = template.replace(/\$\{(?:inputs|args)\.([^}]+)\}/g, (_, name: string) => {
    if (Object.hasOwn(args, name)) return args[name]!
    absent.add(name)
    return ''
  })
  return { key, absent: [...absent] }
}
