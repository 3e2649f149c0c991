// The log of a running host, on stderr: JSON lines when a program reads it, text for people. Lines
// are handed over in one go, and a reader that is slow loses lines instead of stopping the host.

import { formatTime } from '#core/time/format.ts'
import { limits } from '#spec/limits.ts'
import { type LogLevel, logLevels } from '#spec/serve.ts'
import type { Host } from '#host/host.ts'

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** Whether lines of this level are written at all. */
  wants(level: LogLevel): boolean
  /** Writes what waits, and waits for its reader; for the end. */
  flush(): void
}

export interface LogOptions {
  level: LogLevel
  json: boolean
}

export function openLog(
  { clock, terminal }: Pick<Host, 'clock' | 'terminal'>,
  { level, json }: LogOptions,
): Log {
  const least = logLevels.indexOf(level)
  const sink = openSink({ clock, terminal })
  const format = json ? formatJson : formatText
  const write =
    (at: LogLevel) =>
    (message: string, fields: Fields = {}) => {
      if (logLevels.indexOf(at) >= least) sink.add(format(clock.now(), at, message, fields))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    wants: (at) => logLevels.indexOf(at) >= least,
    flush: sink.flush,
  }
}

function formatJson(nowMs: number, level: LogLevel, message: string, fields: Fields): string {
  return `${JSON.stringify({ ts: formatTime(nowMs), level, msg: message, ...fields })}\n`
}

function formatText(nowMs: number, level: LogLevel, message: string, fields: Fields): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${quoteIfNeeded(String(value))}`)
  return `${[formatTime(nowMs), level.padEnd(5), inOneLine(message), ...parts].join(' ')}\n`
}

function quoteIfNeeded(text: string): string {
  return /^[\w.:@/+-]+$/.test(text) ? text : JSON.stringify(text)
}

// What comes from outside must not begin a line of its own.
function inOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}

interface Sink {
  add(line: string): void
  flush(): void
}

const retryMs = 50

function openSink({ clock, terminal }: Pick<Host, 'clock' | 'terminal'>): Sink {
  const encoder = new TextEncoder()
  let lines: string[] = []
  let size = 0
  let lost = 0
  let rest: Uint8Array | undefined
  let planned = false
  const plan = (ms: number) => {
    if (planned) return
    planned = true
    clock.after(ms, offer)
  }
  const take = () => {
    if (lost > 0) lines.push(`${lost} log lines were lost: nobody read them\n`)
    const bytes = encoder.encode(lines.join(''))
    lines = []
    size = 0
    lost = 0
    return bytes
  }
  const offer = () => {
    planned = false
    const bytes = rest ?? take()
    const written = terminal.offerError(bytes)
    rest = written < bytes.length ? bytes.subarray(written) : undefined
    if (rest) plan(retryMs)
    else if (lines.length > 0) plan(0)
  }
  return {
    add: (line) => {
      if (size + line.length > limits.logBufferBytes) return void lost++
      lines.push(line)
      size += line.length
      plan(0)
    },
    flush: () => {
      if (rest) terminal.writeError(rest)
      rest = undefined
      if (lines.length > 0) terminal.writeError(take())
    },
  }
}
