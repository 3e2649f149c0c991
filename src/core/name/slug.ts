// Names: the slug under which a button or drawer lives, and the rules for new ones.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'

/** The folder name of a typed name: lower-case letters, digits and single dashes; may be empty. */
export function slug(name: string): string {
  if (isSlug(name)) return name
  return name
    .toLowerCase()
    .replace(/[ _]/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
}

// Nearly every name is one already, and the first use of a pattern costs more than a short loop.
function isSlug(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const character = name[at]!
    const between = character === '-' && at > 0 && at < name.length - 1 && name[at - 1] !== '-'
    const plain = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')
    if (!plain && !between) return false
  }
  return true
}

/**
 * The slug of a name for something new. `reserved` holds the words that are commands.
 * Throws VALIDATION_ERROR; `noun` says what the name is for ("button", "drawer").
 */
export function newName(name: string, noun: string, reserved: ReadonlySet<string>): string {
  const refuse = (why: string) =>
    fail('VALIDATION_ERROR', `Cannot use "${name}" as ${noun} name: ${why}`)
  if (name === '') throw refuse('it is empty')
  if (name.includes('..') || /[/\\]/.test(name))
    throw refuse('it must not contain "..", "/" or "\\"')
  if (new TextEncoder().encode(name).length > limits.nameBytes)
    throw refuse(`it is longer than ${limits.nameBytes} bytes`)
  const result = slug(name)
  if (reserved.has(result)) throw refuse(`"${result}" is a command`)
  if (result === '') throw refuse('it has no letter or digit')
  return result
}
