// What may follow on a command line (cli.md 14): candidates for the last, unfinished word, and
// whether the shell may offer files beside them.

import type { App } from '../../app.ts'
import type { Arg, Args } from '../command.ts'
import { globalArgs, takesNextWord } from '../flags.ts'
import { type Resolved, resolve, rootArgs, rowsBelow } from '../resolve.ts'
import type { Row } from '../table.ts'
import { type Candidate, sources } from './sources.ts'

/** The meaning of the number that ends an answer; the bits may be added. */
export const directives = { files: 0, error: 1, noSpace: 2, noFiles: 4 } as const

export interface Completion {
  candidates: Candidate[]
  directive: number
}

const nothing: Completion = { candidates: [], directive: directives.files }

/** `words` are those after `buttons`; the last is unfinished and may be empty. */
export async function complete(words: readonly string[], app: App): Promise<Completion> {
  const partial = words.at(-1) ?? ''
  const { candidates, directive } = await completeAfter(words.slice(0, -1), partial, app)
  const fitting = candidates.filter(({ value }) => value.startsWith(partial) && isOneLine(value))
  return { candidates: fitting, directive }
}

function isOneLine(value: string): boolean {
  return !/[\t\r\n]/.test(value)
}

async function completeAfter(
  typed: readonly string[],
  partial: string,
  app: App,
): Promise<Completion> {
  const found = await resolve(typed)
  const args = await argsOf(found)
  const { positionals, needsValue, flagsEnded } = scan(found.words, args)
  if (needsValue) return nothing
  if (partial.startsWith('-') && !flagsEnded)
    return partial.includes('=') ? nothing : only(listFlags(args))
  if (found.atRoot) return positionals.length === 0 ? only(listRows(rowsBelow([]))) : nothing
  const verbs = rowsBelow(found.row.path)
  if (verbs.length > 0) return positionals.length === 0 ? only(listRows(verbs)) : nothing
  const { completes } = found.row
  return completes === undefined ? nothing : only(await sources[completes](positionals, app))
}

function only(candidates: Candidate[]): Completion {
  return { candidates, directive: directives.noFiles }
}

async function argsOf({ row, atRoot }: Resolved): Promise<Args> {
  const command = (await row.load?.())?.command
  return { ...(atRoot ? rootArgs : globalArgs), ...command?.args }
}

interface Scan {
  positionals: string[]
  /** The last word is a flag whose value comes next. */
  needsValue: boolean
  /** After `--`. */
  flagsEnded: boolean
}

// Unlike parsing, this accepts what is not right yet.
function scan(words: readonly string[], args: Args): Scan {
  const result: Scan = { positionals: [], needsValue: false, flagsEnded: false }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (result.flagsEnded || word === '-' || !word.startsWith('-')) result.positionals.push(word)
    else if (word === '--') result.flagsEnded = true
    else if (takesNextWord(word, args)) result.needsValue = ++i >= words.length
  }
  return result
}

function listFlags(args: Args): Candidate[] {
  const visible = Object.entries(args).filter(([, arg]) => isVisibleFlag(arg))
  return visible.map(([name, { description }]) => ({ value: `--${name}`, description }))
}

function isVisibleFlag(arg: Arg): boolean {
  return arg.type !== 'positional' && !arg.hidden
}

export function listRows(rows: readonly Row[]): Candidate[] {
  return rows
    .filter((row) => !row.hidden)
    .map(({ path, summary }) => ({ value: path.at(-1)!, description: summary }))
}
