// Gives the words of a command line to the declared arguments by position, and refuses what is
// missing or too much (cli.md 8).

import type { Failure } from '#spec/errors.ts'
import type { Arg, Command } from './command.ts'
import { type Parsed, usageError } from './flags.ts'
import type { Row } from './table.ts'

type Positional = Extract<Arg, { type: 'positional' }>

/** The values of a call by argument name. Throws VALIDATION_ERROR for a wrong number of words. */
export function bindArgs(row: Row, command: Command, parsed: Parsed): Record<string, never> {
  const bound: Record<string, unknown> = { ...parsed.values }
  const rest = [...parsed.positionals]
  const declared: [string, Positional][] = []
  for (const name in command.args) {
    const arg = command.args[name]!
    if (arg.type === 'positional') declared.push([name, arg])
    else if (arg.type === 'boolean') bound[name] ??= false
  }
  for (const [name, arg] of declared) {
    bound[name] = arg.rest ? rest.splice(0) : rest.shift()
    const absent = arg.rest ? (bound[name] as string[]).length === 0 : bound[name] === undefined
    if (absent && arg.required !== false) throw countError(row, declared, parsed.positionals)
  }
  if (rest.length > 0 && !command.ignoresExtraWords)
    throw countError(row, declared, parsed.positionals)
  return bound as Record<string, never>
}

function countError(
  row: Row,
  declared: readonly [string, Positional][],
  received: readonly string[],
): Failure {
  const line = ['buttons', ...row.path].join(' ')
  const hint = `${line} --help`
  if (declared.length === 0)
    return usageError(`unknown command "${received[0]}" for "${line}"`, { hint })
  const required = declared.filter(([, arg]) => arg.required !== false).length
  const words = describeCount(required, declared.length, declared.at(-1)![1].rest === true)
  return usageError(`accepts ${words}, received ${received.length}`, { hint })
}

function describeCount(least: number, most: number, endless: boolean): string {
  if (endless) return `at least ${least} arg(s)`
  return least === most ? `${most} arg(s)` : `between ${least} and ${most} arg(s)`
}
