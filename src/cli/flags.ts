// The argument grammar (cli.md 1.1): POSIX and GNU style, the same for every command.
// Repeated flags are collected, unknown ones refused with a suggestion.

import { fail, type Failure, type FailureDetails } from '#spec/errors.ts'
import { findBoolean } from '#core/text/boolean.ts'
import { suggest } from '#core/text/suggest.ts'
import type { Arg, Args } from './command.ts'

type Flag = Exclude<Arg, { type: 'positional' }>

export interface Parsed {
  values: Record<string, unknown>
  positionals: string[]
}

/** Flags every command knows; the names are how `Parsed.values` holds them. */
export const globalArgs = {
  json: { type: 'boolean', description: 'Answer in JSON' },
  'no-input': { type: 'boolean', description: 'Never ask' },
  summary: { type: 'boolean', description: 'Show what would happen, change nothing' },
  help: { type: 'boolean', alias: 'h', description: 'Show help' },
} as const satisfies Args

/** Reads `words` by the given arguments and the global ones. Throws VALIDATION_ERROR. */
export function parseFlags(words: readonly string[], args: Args): Parsed {
  const known: Args = { ...globalArgs, ...args }
  const parsed: Parsed = { values: emptyLists(known), positionals: [] }
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      parsed.positionals.push(...rest)
      break
    }
    if (word.startsWith('--')) readLong(word, rest, known, parsed)
    else if (word.startsWith('-') && word !== '-') readShorts(word, rest, known, parsed)
    else parsed.positionals.push(word)
  }
  return parsed
}

/** Whether a flag word takes the word after it as its value. */
export function takesNextWord(word: string, args: Args): boolean {
  if (word.includes('=')) return false
  if (word.startsWith('--')) return findLong(word.slice(2), args)?.type === 'string'
  const letters = word.slice(1).split('')
  const taking = letters.findIndex((letter) => findShort(letter, args)?.[1].type === 'string')
  return taking >= 0 && taking === letters.length - 1
}

function findLong(name: string, args: Args): Flag | undefined {
  const arg = Object.hasOwn(args, name) ? args[name] : undefined
  return arg?.type === 'positional' ? undefined : arg
}

function findShort(letter: string, args: Args): [string, Flag] | undefined {
  const entries = Object.entries(args) as [string, Flag][]
  return entries.find(([, arg]) => arg.alias === letter)
}

function emptyLists(args: Args): Record<string, unknown> {
  const lists: Record<string, unknown> = {}
  for (const name in args) if (isList(args[name]!)) lists[name] = []
  return lists
}

function isList(arg: Arg): boolean {
  return arg.type === 'string' && (arg.kind === 'array' || arg.kind === 'list')
}

function readLong(word: string, rest: string[], args: Args, parsed: Parsed): void {
  const at = word.indexOf('=')
  const name = at < 0 ? word.slice(2) : word.slice(2, at)
  const arg = findLong(name, args)
  if (!arg) throw unknownFlag(`--${name}`, args)
  store(name, arg, at < 0 ? undefined : word.slice(at + 1), rest, parsed, `--${name}`)
}

function readShorts(word: string, rest: string[], args: Args, parsed: Parsed): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]!
    const found = findShort(letter, args)
    if (!found) throw usageError(`unknown shorthand flag: '${letter}' in ${word}`)
    const [name, arg] = found
    const after = word.slice(i + 1)
    if (arg.type === 'boolean' && !after.startsWith('=')) {
      store(name, arg, undefined, rest, parsed, `-${letter}`)
      continue
    }
    const inline = after === '' ? undefined : after.replace(/^=/, '')
    return store(name, arg, inline, rest, parsed, `-${letter}`)
  }
}

function store(
  name: string,
  arg: Flag,
  inline: string | undefined,
  rest: string[],
  parsed: Parsed,
  shown: string,
): void {
  if (arg.type === 'boolean') {
    parsed.values[name] = inline === undefined ? true : parseBoolean(inline, shown)
    return
  }
  const text = inline ?? rest.shift()
  if (text === undefined) throw usageError(`flag needs a value: ${shown}`)
  storeText(name, arg, text, parsed, shown)
}

type TextArg = Extract<Arg, { type: 'string' }>

function storeText(name: string, arg: TextArg, text: string, parsed: Parsed, shown: string): void {
  const { values } = parsed
  const readers = {
    text: () => (values[name] = text),
    int: () => (values[name] = parseInteger(text, shown)),
    duration: () => (values[name] = readDuration(text, shown)),
    array: () => (values[name] as string[]).push(text),
    list: () => (values[name] as string[]).push(...parseCsv(text, shown)),
  }
  readers[arg.kind ?? 'text']()
}

function parseBoolean(text: string, shown: string): boolean {
  const value = findBoolean(text)
  if (value !== undefined) return value
  throw usageError(`Cannot read ${shown}: "${text}" is not true or false`)
}

/** Decimal, 0x, 0o, 0b, a leading 0 for octal, `_` between digits. Throws VALIDATION_ERROR. */
export function parseInteger(text: string, shown: string): number {
  const match = /^([+-]?)(0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[\d_]+)$/.exec(text)
  const digits = match?.[2]?.replaceAll('_', '')
  const separatorsFine = match !== null && !/^_|__|_$/.test(match[2]!)
  const octal = digits !== undefined && /^0[0-7]+$/.test(digits)
  const number = Number(octal ? `0o${digits}` : digits)
  if (
    !digits ||
    !separatorsFine ||
    (/^0\d+$/.test(digits) && !octal) ||
    !Number.isSafeInteger(number)
  )
    throw usageError(`Cannot read ${shown}: "${text}" is not a whole number`)
  return match![1] === '-' ? -number : number
}

function readDuration(text: string, shown: string): number {
  const { parseDurationMs } =
    require('#core/time/duration.ts') as typeof import('#core/time/duration.ts')
  try {
    return parseDurationMs(text)
  } catch (cause) {
    throw usageError(`Cannot read ${shown}: "${text}" is not a duration`, {
      hint: 'Write it like 90s, 1h30m or 500ms',
      cause,
    })
  }
}

/** One line of CSV: commas split, double quotes keep them, a doubled quote stands for one. */
function parseCsv(text: string, shown: string): string[] {
  if (text === '') return []
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  while (field.lastIndex <= text.length) {
    const match = field.exec(text)
    if (!match) throw usageError(`Cannot read ${shown}: "${text}" has a stray quote`)
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!)
    if (match[3] === '') break
  }
  return fields
}

function unknownFlag(flag: string, args: Args): Failure {
  const names = Object.entries(args)
    .filter(([, arg]) => arg.type !== 'positional' && !('hidden' in arg && arg.hidden))
    .map(([name]) => `--${name}`)
  const near = suggest(flag, names)
  return usageError(`unknown flag: ${flag}`, near ? { hint: `Did you mean ${near}?` } : {})
}

/** A mistake in how a command line was written (cli.md 1.7, "plain"). */
export function usageError(message: string, details: FailureDetails = {}): Failure {
  return fail('VALIDATION_ERROR', message, { ...details, plain: true })
}
