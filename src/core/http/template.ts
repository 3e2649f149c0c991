// Filling {{name}} placeholders in one pass: what was put in is never read again (buttons.md 6.8a,
// D23). The result keeps apart what the button's author wrote and what a press put in, because the
// rules for paths and headers treat the two differently.

import type { ArgDef } from '#spec/button.ts'
import type { Encoder } from './encode.ts'

export type Values = ReadonlyMap<string, string>

export interface Piece {
  text: string
  /** Whether it stands for a placeholder; such text is encoded already. */
  substituted: boolean
}

/** What placeholders stand for: the arguments given, and nothing for declared ones not given (D24). */
export function placeholderValues(
  defs: readonly Pick<ArgDef, 'name'>[],
  args: Readonly<Record<string, string>>,
): Values {
  return new Map([...defs.map((def): [string, string] => [def.name, '']), ...Object.entries(args)])
}

/** The template with its placeholders filled; a name without a value stays as it is written. */
export function fill(template: string, values: Values, encode: Encoder): string {
  return joinPieces(fillPieces(template, values, encode))
}

export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('')
}

/** Like fill, in pieces; neighbouring literal text is one piece. */
export function fillPieces(template: string, values: Values, encode: Encoder): Piece[] {
  const pieces: Piece[] = []
  let written = 0
  for (const { start, end, name } of findPlaceholders(template, values)) {
    if (start > written) pieces.push({ text: template.slice(written, start), substituted: false })
    pieces.push({ text: encode(values.get(name)!), substituted: true })
    written = end
  }
  if (written < template.length) pieces.push({ text: template.slice(written), substituted: false })
  return pieces
}

interface Placeholder {
  start: number
  end: number
  name: string
}

function* findPlaceholders(template: string, values: Values): Generator<Placeholder> {
  const longest = Math.max(0, ...Array.from(values.keys(), (name) => name.length))
  let close = -1
  let from = 0
  for (;;) {
    const start = template.indexOf('{{', from)
    if (start < 0) return
    if (close < start + 2) close = template.indexOf('}}', start + 2)
    if (close < 0) return
    const name = template.slice(start + 2, close)
    const known = values.has(name)
    if (known) yield { start, end: close + 2, name }
    // After a miss the next character may begin one: {{{a}}} holds {{a}}. Where no name is long
    // enough to reach the braces, there is nothing to try, however many braces stand there.
    from = known ? close + 2 : Math.max(start + 1, close - 2 - longest)
  }
}
