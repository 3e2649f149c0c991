// What a verb of `drawer` is, and what it is handed.

import type { App } from '../../app.ts'
import type { Output } from '../printer.ts'

export type DrawerAuthor = Awaited<ReturnType<App['drawers']>>
export type DrawerDescription = Awaited<ReturnType<DrawerAuthor['describe']>>
type Act = Parameters<DrawerAuthor['remove']>[1]

export interface VerbCall {
  app: App
  out: Output
  /** Opened when it is asked for. */
  author: () => Promise<DrawerAuthor>
  /** The drawer's name as typed; '' for a verb without one. */
  name: string
  /** The verb as typed. */
  verb: string
  /** The words after the verb, flags included. */
  words: readonly string[]
  summary: boolean
  /** `plan` when `--summary` was given. */
  act: Act
  /** How to write the verb, for hints. */
  usage: string
  /** Nobody can be asked: JSON mode or `--no-input`. */
  noInput: boolean
  /** Aborts on INT, TERM or HUP; the verb ends its work and returns. */
  stop: () => AbortSignal
  /** Aborts on the second such signal. */
  hurry: () => AbortSignal
}

export interface Verb {
  /** Resolves to the exit status; nothing means 0. */
  run(call: VerbCall): Promise<number | void>
}

/** A row of the table of verbs; words only, its code is loaded when it runs. */
export interface VerbRow {
  /** One or two words after the name. */
  words: readonly string[]
  aliases?: readonly string[]
  /** Stands before any name: `drawer create NAME`. */
  first?: true
  usage: string
  summary: string
  load: () => Promise<{ verb: Verb }>
}

/** Answers with what a verb would do (drawers.md 3.11). `more` are keys that older readers know. */
export function answerPlan(
  call: VerbCall,
  would: unknown,
  more: Record<string, unknown> = {},
): void {
  const { name, verb, words, out } = call
  const data = {
    drawer: name,
    verb,
    args: [...words],
    summary: true,
    executed: false,
    command: `drawer ${verb}`,
    would,
    ...more,
  }
  out.answer(data, (people) => people.note(JSON.stringify(data, null, 2)))
}
