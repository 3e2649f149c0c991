// One printer: stdout is for data another program may read, everything else goes to stderr.
// Commands hand over data and the words for people; whether it becomes JSON is decided here.

import type { Failure } from '#spec/errors.ts'
import type { Terminal } from '#host/host.ts'

export interface Output {
  /** The answer: `data` in JSON mode, else what `text` writes. */
  answer(data: unknown, text?: (people: People) => void, beside?: Record<string, unknown>): void
  /** What `--summary` says a command would do. */
  plan(command: string, would: unknown): void
  /** A failure with everything it carries. */
  failure(failure: Failure): void
  /** Data as it is, in both modes. */
  raw(data: string | Uint8Array): void
  /** A remark on stderr, in both modes. */
  warn(message: string): void
  /** Live output of a child, for somebody who watches. */
  live(stream: 'stdout' | 'stderr', data: string | Uint8Array): void
  /** Whether somebody watches a terminal and wants text. */
  readonly watched: boolean
}

/** The ways to speak in text mode. */
export interface People {
  /** Data on stdout, as it is. */
  data(text: string): void
  /** A message on stderr. */
  note(text: string): void
  /** `Next: …`, only when somebody watches. */
  next(command: string): void
}

export function openPrinter(terminal: Terminal, json: boolean): Output {
  const people: People = {
    data: (text) => terminal.write(text),
    note: (text) => terminal.writeError(`${text}\n`),
    next: (command) => {
      if (terminal.stdoutIsTerminal) terminal.writeError(`  Next: ${command}\n`)
    },
  }
  const envelope = (value: unknown) => terminal.write(`${JSON.stringify(value, null, 2)}\n`)
  const answer: Output['answer'] = (data, text, beside) => {
    if (json) envelope({ ok: true, data, ...beside })
    else text?.(people)
  }
  return {
    answer,
    plan: (command, would) => {
      const data = { summary: true, executed: false, command, would }
      answer(data, ({ data: write }) => write(`${JSON.stringify(data, null, 2)}\n`))
    },
    failure: (failure) => {
      if (json) envelope(failureEnvelope(failure))
      else people.note(failureText(failure))
    },
    raw: (data) => terminal.write(data),
    warn: (message) => terminal.writeError(`warning: ${message}\n`),
    live: (stream, data) =>
      stream === 'stdout' ? terminal.write(data) : terminal.writeError(data),
    watched: !json && terminal.stdoutIsTerminal,
  }
}

function failureEnvelope({ code, message, hint, spec, data }: Failure) {
  return {
    ok: false,
    error: { code, message, ...(hint && { hint }), ...(spec !== undefined && { spec }) },
    ...(data !== undefined && { data }),
  }
}

function failureText({ code, message, hint }: Failure): string {
  return hint ? `${code}: ${message}\n  hint: ${hint}` : `${code}: ${message}`
}
