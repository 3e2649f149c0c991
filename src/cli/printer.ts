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
  /** An error nobody expected: its detail for people, beside a failure without it. */
  internal(detail: string): void
  /** Data as it is, in both modes. */
  raw(data: string | Uint8Array): void
  /** A remark on stderr, in both modes. */
  readonly warn: (message: string) => void
  /** Live output of a child, for somebody who watches. */
  live(stream: 'stdout' | 'stderr', data: string | Uint8Array): void
  /** Whether somebody watches a terminal and wants text. */
  readonly watched: boolean
}

/** The ways to speak in text mode. */
export interface People {
  /** Data on stdout, as it is. */
  data(text: string): void
  /** A message on stderr; `✓` or `✗` in front of it says how it went. */
  note(text: string): void
  /** `Next: …`, only when somebody watches. */
  next(command: string): void
}

export interface PrinterOptions {
  json: boolean
  color: boolean
  /** Stands before a failure's message in place of its code, in text mode. */
  failurePrefix?: string | undefined
}

export function openPrinter(terminal: Terminal, options: PrinterOptions): Output {
  const { json } = options
  const say = openVoice(terminal, options.color)
  const people: People = {
    data: (text) => terminal.write(text),
    note: (text) => say('note', text),
    next: (command) => {
      if (terminal.stdoutIsTerminal) say('next', `  Next: ${command}`)
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
      if (!json || failure.plain) say('failure', failureText(failure, options.failurePrefix))
    },
    internal: (detail) => {
      if (json) envelope(failureEnvelope({ code: 'INTERNAL_ERROR', message: internalMessage }))
      say('failure', `internal error: ${detail}`)
    },
    raw: (data) => terminal.write(data),
    warn: (message) => say('warning', `warning: ${message}`),
    live: (stream, data) =>
      stream === 'stdout' ? terminal.write(data) : terminal.writeError(data),
    watched: !json && terminal.stdoutIsTerminal,
  }
}

const internalMessage = 'Something went wrong inside buttons; stderr says what'

export type Tone = 'note' | 'next' | 'warning' | 'failure'
export type Voice = (tone: Tone, text: string) => void

// Whoever reads a file or a pipe gets plain lines at no cost; the library that styles them is
// loaded with the first line that somebody sees on a terminal.
function openVoice(terminal: Terminal, color: boolean): Voice {
  let styled: Voice | undefined
  return (tone, text) => {
    if (!color || !terminal.stderrIsTerminal) return terminal.writeError(`${text}\n`)
    styled ??= (require('./reporter.ts') as typeof import('./reporter.ts')).openReporter(terminal)
    styled(tone, text)
  }
}

type Described = Pick<Failure, 'code' | 'message'> &
  Partial<Pick<Failure, 'hint' | 'spec' | 'data'>>

function failureEnvelope({ code, message, hint, spec, data }: Described) {
  return {
    ok: false,
    error: { code, message, ...(hint && { hint }), ...(spec !== undefined && { spec }) },
    ...(data !== undefined && { data }),
  }
}

function failureText({ code, message, hint, plain }: Failure, prefix: string | undefined): string {
  const head = plain ? message : `${prefix ?? `${code}: `}${message}`
  return hint ? `${head}\n  hint: ${hint}` : head
}
