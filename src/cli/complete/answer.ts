// Answers of the two hidden commands that completion scripts call: a candidate per line, then a
// number that says what the shell may add.

import type { App } from '../../app.ts'
import type { Output } from '../printer.ts'
import { type Completion, complete, directives } from './complete.ts'

export async function answerCompletion(
  words: readonly string[],
  app: App,
  out: Output,
  descriptions: boolean,
): Promise<void> {
  const { candidates, directive } = await completeOrSay(words, app)
  const lines = candidates.map(({ value, description }) => {
    const first = description?.split(/[\r\n]/, 1)[0]
    return descriptions && first ? `${value}\t${first}` : value
  })
  out.raw([...lines, `:${directive}`].map((line) => `${line}\n`).join(''))
  app.host.terminal.writeError(`Completion: ${describeDirective(directive)}\n`)
}

// A shell waits with half a line typed: whatever goes wrong, it gets an answer.
async function completeOrSay(words: readonly string[], app: App): Promise<Completion> {
  try {
    return await complete(words, app)
  } catch (error) {
    app.host.terminal.writeError(`Cannot complete: ${(error as Error).message}\n`)
    return { candidates: [], directive: directives.error }
  }
}

function describeDirective(directive: number): string {
  if (directive & directives.error) return 'failed'
  return directive & directives.noFiles ? 'no files' : 'files may follow'
}
