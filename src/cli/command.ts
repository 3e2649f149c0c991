// What a command is: its arguments in citty's terms, and the function that does it.
// A command turns words into a request, hands it to the app and gives the answer to the printer.

import type { ArgDef as CittyArg } from 'citty'
import type { App } from '../app.ts'
import type { Output } from './printer.ts'

interface Described {
  description: string
}

/** One argument. `kind` says how its text is read; citty itself knows only text and booleans. */
export type Arg =
  | (Described & { type: 'positional'; required?: boolean; rest?: boolean; valueHint?: string })
  | (Described & { type: 'boolean'; alias?: string; hidden?: boolean })
  | (Described & {
      type: 'string'
      kind?: 'text' | 'int' | 'duration' | 'array' | 'list'
      alias?: string
      valueHint?: string
      hidden?: boolean
    })

export type Args = Readonly<Record<string, Arg>>

type Value<A extends Arg> = A extends { type: 'positional'; rest: true }
  ? string[]
  : A extends { type: 'positional'; required: false }
    ? string | undefined
    : A extends { type: 'positional' }
      ? string
      : A extends { type: 'boolean' }
        ? boolean
        : A extends { kind: 'int' | 'duration' }
          ? number | undefined
          : A extends { kind: 'array' | 'list' }
            ? string[]
            : string | undefined

export type Values<A extends Args> = { [Name in keyof A]: Value<A[Name]> }

export interface Call<A extends Args = Args> {
  args: Values<A>
  /** The words after the command's own, unparsed; for commands with a grammar of their own. */
  words: readonly string[]
  app: App
  out: Output
  /** `--summary`: tell what would happen and change nothing. */
  summary: boolean
  /** Nobody can be asked: JSON mode or `--no-input`. */
  noInput: boolean
  /** Aborts on INT, TERM or HUP; the command ends its work and returns. */
  stop(): AbortSignal
  /** Aborts on the second such signal: whoever sent it does not want to wait. */
  hurry(): AbortSignal
}

export interface Command<A extends Args = Args> {
  args: A
  /** The command reads `words` itself; nothing is parsed or refused for it (`drawer`). */
  ownGrammar?: true
  /** Words beyond the declared positionals are no mistake. */
  ignoresExtraWords?: true
  /** A signal is how it ends: with 0, unless a second one comes before it is done. */
  endsBySignal?: true
  /** What stands before a failure's message in place of its code, in text mode (`batteries: `). */
  failurePrefix?: string
  /** One or more example lines for help, without the leading `buttons`. */
  examples?: readonly string[]
  /** Resolves to the exit status; nothing means 0. */
  run(call: Call<A>): Promise<number | void>
}

/** Types a command's `args` by its own declaration. */
export function defineCommand<const A extends Args>(command: Command<A>): Command {
  return command as unknown as Command
}

/** The declaration as citty's usage renderer wants it. */
export function toCitty(args: Args): Record<string, CittyArg> {
  const visible = Object.entries(args).filter(([, arg]) => !('hidden' in arg && arg.hidden))
  return Object.fromEntries(
    visible.map(([name, { ...arg }]) => {
      const { kind: _, rest: __, ...known } = arg as Record<string, unknown>
      return [name, known as unknown as CittyArg]
    }),
  )
}
