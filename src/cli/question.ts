// Questions on a terminal: asked on stderr, since stdout is for data.

import type { Terminal } from '#host/host.ts'

/** The line that was typed, trimmed; undefined at end-of-file. */
export async function ask(terminal: Terminal, question: string): Promise<string | undefined> {
  terminal.writeError(question)
  const line = await terminal.readLine()
  // At end-of-file the cursor still stands behind the question.
  if (line === undefined) terminal.writeError('\n')
  return line?.trim()
}
