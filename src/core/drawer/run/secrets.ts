// The secrets of a run: batteries, secret inputs and arguments. One collection for a run with all
// drawers inside it, so what is secret in one place is secret in every record (B24).

import type { ReusedStep, RunEvent } from '#spec/drawerEvents.ts'
import { redactor } from '../../text/redact.ts'

export interface SecretSet {
  /** Adds every text and number in a value that was declared secret. */
  add(value: unknown): void
  /** Takes out what is known as secret by now. */
  redact(text: string): string
}

export function openSecrets(batteries: Iterable<string>): SecretSet {
  const stored = [...batteries].flatMap(spellings)
  const declared = new Set<string>()
  let redact: ((text: string) => string) | undefined
  return {
    add: (value) => {
      const before = declared.size
      for (const text of leavesOf(value)) for (const one of spellings(text)) declared.add(one)
      if (declared.size > before) redact = undefined
    },
    redact: (text) => (redact ??= redactor({ batteries: stored, declared }))(text),
  }
}

/** Adds what earlier processes knew to be secret. */
export function learnSecrets(secrets: SecretSet, events: readonly RunEvent[]): void {
  for (const event of events) {
    if (event.type === 'step.finished') learnOfStep(secrets, event)
    if (event.type !== 'run.started') continue
    for (const name of event.secret_inputs) secrets.add([event.inputs[name], event.texts?.[name]])
    for (const step of event.reused ?? []) learnOfStep(secrets, step)
  }
}

function learnOfStep(
  secrets: SecretSet,
  { record, secret_args = [] }: Pick<ReusedStep, 'record' | 'secret_args'>,
): void {
  for (const name of secret_args) secrets.add(record.args?.[name])
}

// Inside JSON a text with quotes or line breaks looks different.
function spellings(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1)
  return escaped === text ? [text] : [text, escaped]
}

function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  if (typeof value === 'number') yield String(value)
  if (typeof value !== 'object' || value === null) return
  for (const inner of Object.values(value)) yield* leavesOf(inner)
}
