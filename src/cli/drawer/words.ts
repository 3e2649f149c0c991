// The words of `drawer`, which has a grammar of its own (cli.md 9.1): a few flags may stand
// anywhere, the first word is a verb or a name, the rest belongs to the verb.

import type { Args, Values } from '../command.ts'
import { parseFlags, usageError } from '../flags.ts'

export interface Spoken {
  /** Without the flags that every verb knows. */
  words: string[]
  summary: boolean
  help: boolean
}

/** Takes out what may stand anywhere; whether the answer is JSON is decided before. */
export function takeModes(words: readonly string[]): Spoken {
  const summary = words.findLast((word) => /^--summary(=(true|false))?$/.test(word))
  const rest = words.filter((word) => !isMode(word))
  return {
    words: rest.filter((word) => !isHelp(word)),
    summary: summary !== undefined && summary !== '--summary=false',
    help: rest.some(isHelp),
  }
}

function isMode(word: string): boolean {
  return /^--(json(=(true|false))?|no-json|summary(=(true|false))?|no-input(=(true|false))?)$/.test(
    word,
  )
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

export interface VerbWords<A extends Args> {
  values: Partial<Values<A>>
  positionals: string[]
}

/**
 * The flags and positionals of a verb. Throws VALIDATION_ERROR, `usage` as hint, for unknown flags
 * and for fewer or more positionals than allowed.
 */
export function readVerb<const A extends Args>(
  words: readonly string[],
  args: A,
  [least, most]: readonly [number, number],
  usage: string,
): VerbWords<A> {
  const { values, positionals } = parseFlags(words, args)
  const count = positionals.length
  if (count < least || count > most)
    throw usageError(`accepts ${describeCount(least, most)}, received ${count}`, {
      hint: `buttons drawer ${usage}`,
    })
  return { values: values as Partial<Values<A>>, positionals }
}

function describeCount(least: number, most: number): string {
  if (most === Infinity) return `at least ${least} word(s)`
  return least === most ? `${least} word(s)` : `${least} to ${most} words`
}
