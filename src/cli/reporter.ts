// Messages for people on a terminal, through consola with a reporter of our own: the same words as
// in a pipe, with colour on what tells success from failure. Loaded only when somebody watches.

import { type ConsolaInstance, type ConsolaReporter, createConsola, LogLevels } from 'consola/core'
import type { Terminal } from '#host/host.ts'
import type { Tone, Voice } from './printer.ts'

/** A voice that writes to stderr in colour. */
export function openReporter(terminal: Terminal): Voice {
  const reporter: ConsolaReporter = {
    log: ({ type, args }) => terminal.writeError(`${paint(type, args.join(' '))}\n`),
  }
  const consola = createConsola({
    reporters: [reporter],
    level: LogLevels.verbose,
    // Equal lines are not folded into one: the process may be gone before the timer fires.
    throttle: 0,
  })
  const speak: Record<Tone, (text: string) => void> = {
    note: (text) => noteOf(consola, text)(text),
    next: (text) => consola.verbose(text),
    warning: (text) => consola.warn(text),
    failure: (text) => consola.error(text),
  }
  return (tone, text) => speak[tone](text)
}

function noteOf(consola: ConsolaInstance, text: string): ConsolaInstance['log'] {
  if (text.startsWith('✓')) return consola.success
  return text.startsWith('✗') ? consola.fail : consola.log
}

const green = 32
const red = 31
const yellow = 33

// Only the word that carries the meaning is coloured: the mark, the code, "warning:", the hint.
function paint(type: string, text: string): string {
  if (type === 'verbose') return style(2, text)
  if (type === 'success') return style(green, text.slice(0, 1)) + text.slice(1)
  if (type === 'fail') return style(red, text.slice(0, 1)) + text.slice(1)
  if (type === 'warn') return paintHead(yellow, text)
  if (type === 'error') return paintHead(red, text)
  return text
}

function paintHead(color: number, text: string): string {
  const [head = '', ...hints] = text.split('\n')
  const end = head.indexOf(': ')
  const painted =
    end < 0 ? style(color, head) : style(color, head.slice(0, end + 1)) + head.slice(end + 1)
  return [painted, ...hints.map((line) => style(2, line))].join('\n')
}

function style(code: number, text: string): string {
  return `\x1b[${code}m${text}\x1b[0m`
}
