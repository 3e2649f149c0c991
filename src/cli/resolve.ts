// Finds the row of the table that a command line means. Loads no command, except when flags stand
// between a group and its verb: then only its commands can tell which of them take a value.

import type { Args } from './command.ts'
import { globalArgs, parseFlags, takesNextWord } from './flags.ts'
import { type Row, table } from './table.ts'

export interface Resolved {
  row: Row
  /** Every word but those that name the command. */
  words: string[]
  /** A word after a group that is none of its verbs (`batteries lst`). */
  strayVerb?: string
  /** No word named a command: `buttons` or `buttons NAME`. */
  atRoot: boolean
  /** The NAME of `buttons NAME`, perhaps a mistyped command. */
  name?: string
}

/** What stands before the command's own word: `--version` is known only here. */
export const rootArgs = {
  ...globalArgs,
  version: { type: 'boolean', alias: 'v', description: 'Show the version' },
} as const satisfies Args

/** The row whose path is exactly `path`; the last word may be an alias. */
export function findRow(path: readonly string[]): Row | undefined {
  for (const row of table) if (row.path.length === path.length && isNamed(row, path)) return row
  return undefined
}

function isNamed({ path: own, aliases }: Row, path: readonly string[]): boolean {
  const last = own.length - 1
  if (!startsWith(own, path, last)) return false
  return last < 0 || own[last] === path[last] || aliases?.includes(path[last]!) === true
}

// Plain loops: every start walks the table, and what walks it for us would have to be loaded first.
function startsWith(path: readonly string[], start: readonly string[], length: number): boolean {
  for (let i = 0; i < length; i++) if (path[i] !== start[i]) return false
  return true
}

/** The rows one word below a path, in the order of the table; the root row is not among them. */
export function rowsBelow(path: readonly string[]): Row[] {
  const rows: Row[] = []
  for (const row of table)
    if (row.path.length === path.length + 1 && startsWith(row.path, path, path.length))
      rows.push(row)
  return rows
}

/** Throws VALIDATION_ERROR for flags before the command that the root does not know. */
export async function resolve(argv: readonly string[]): Promise<Resolved> {
  let first = 0
  while (first < argv.length && isFlag(argv[first]!) && argv[first] !== '--') first++
  const lead = argv.slice(0, first)
  const words = argv.slice(first)
  const row = words.length > 0 ? findRow([words[0]!]) : undefined
  if (!row) return resolveRoot(lead, words)
  // Refused here, since the command might know them: `buttons --limit 5 logs` is not `logs 5`.
  if (lead.length > 0) parseFlags(lead, rootArgs)
  return descend(row, lead, words.slice(1))
}

function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-'
}

// `buttons`, `buttons NAME` and `buttons NAME logs …`. After `--` a word is a name, also when it
// is a command's: `buttons -- list`.
function resolveRoot(lead: readonly string[], words: readonly string[]): Resolved {
  parseFlags(lead, rootArgs)
  const [name, ...rest] = words[0] === '--' ? words.slice(1) : words
  if (name === undefined) return { row: getRow(['summary']), words: [...lead], atRoot: true }
  const second = rest.findIndex((word) => !isFlag(word))
  const logs = words[0] !== '--' && rest[second] === 'logs' && findRow(['logs'])
  if (logs) return found(logs, [...lead, name, ...rest.toSpliced(second, 1)])
  return { row: getRow([]), words: [...lead, ...words], atRoot: true, name }
}

function getRow(path: readonly string[]): Row {
  const row = findRow(path)
  if (row) return row
  throw new Error(`the command table has no row for "${path.join(' ')}"`)
}

function found(row: Row, words: string[]): Resolved {
  return { row, words, atRoot: false }
}

async function descend(row: Row, lead: readonly string[], words: string[]): Promise<Resolved> {
  const verbs = rowsBelow(row.path)
  if (verbs.length === 0) return found(row, [...lead, ...words])
  const at = await findVerb(words, [row, ...verbs])
  const verb = words[at]
  if (verb === undefined) return found(row, [...lead, ...words])
  const below = findRow([...row.path, verb])
  if (!below) return { ...found(row, [...lead, ...words]), strayVerb: verb }
  return descend(below, lead, words.toSpliced(at, 1))
}

// The index of the first word that is neither a flag nor the value of one; -1 when there is none.
async function findVerb(words: readonly string[], rows: readonly Row[]): Promise<number> {
  if (words[0] === undefined || !isFlag(words[0])) return words.length === 0 ? -1 : 0
  const args = await argsOf(rows)
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--') return -1
    if (!isFlag(words[i]!)) return i
    if (takesNextWord(words[i]!, args)) i++
  }
  return -1
}

async function argsOf(rows: readonly Row[]): Promise<Args> {
  const loaded = rows.map(async (row) => (await row.load?.())?.command.args)
  return Object.assign({}, globalArgs, ...(await Promise.all(loaded)))
}
