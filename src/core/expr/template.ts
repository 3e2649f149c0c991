// Finds `${expression}` and `$ENV{NAME}` inside a string. The end of an expression is found by a
// scanner that knows texts and braces, so `${ {'a': '}'}.a }` is one expression. Everything else is
// literal; there is no escape.

import { limits } from '#spec/limits.ts'
import { overLimit } from './errors.ts'
import { findStringEnd } from './literals.ts'
import { type Expression, parseExpression } from './parse.ts'

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset` is where the expression itself begins within the string. */
  | { readonly kind: 'expression'; readonly text: string; readonly offset: number }
  | { readonly kind: 'environment'; readonly name: string }

export type Part =
  | Exclude<Piece, { kind: 'expression' }>
  | { readonly kind: 'expression'; readonly expression: Expression; readonly offset: number }

/** One part that is no text is a whole value and keeps its type; anything else is a mixed string. */
export interface Template {
  readonly parts: readonly Part[]
}

/** The parts of a string. Throws ExpressionError when an expression in it cannot be parsed. */
export function parseTemplate(text: string): Template {
  return {
    parts: scanTemplate(text).map((piece) =>
      piece.kind === 'expression'
        ? { kind: 'expression', expression: parseExpression(piece.text), offset: piece.offset }
        : piece,
    ),
  }
}

/** The pieces of a string, expressions not yet parsed. Throws a limit error for monstrous ones. */
export function scanTemplate(text: string): Piece[] {
  if (!text.includes('${') && !text.includes('$ENV{')) return [{ kind: 'text', text }]
  if (text.length > limits.templateCharacters)
    throw overLimit(`a text with expressions has at most ${limits.templateCharacters} characters`)
  return findWhole(text) ?? scanMixed(text)
}

function findWhole(text: string): Piece[] | undefined {
  const environment = /^\$ENV\{([^{}$]*)\}$/.exec(text)
  if (environment !== null) return [{ kind: 'environment', name: environment[1]! }]
  // Inside other text `${}` is literal; alone it is an expression that says nothing.
  return text === '${}' ? [{ kind: 'expression', text: '', offset: 2 }] : undefined
}

function scanMixed(text: string): Piece[] {
  const pieces: Piece[] = []
  const scan: Scan = { text, unfinished: 0 }
  let literal = 0
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    const found = readPiece(scan, at)
    if (found === undefined) {
      at++
      continue
    }
    if (at > literal) pieces.push({ kind: 'text', text: text.slice(literal, at) })
    pieces.push(found.piece)
    at = literal = found.end
  }
  if (literal < text.length || pieces.length === 0)
    pieces.push({ kind: 'text', text: text.slice(literal) })
  return pieces
}

interface Scan {
  readonly text: string
  /** Expressions without a proper end so far; each has cost a walk over the rest of the text. */
  unfinished: number
}

const environmentReference = /\$ENV\{([A-Za-z_][A-Za-z0-9_]*)\}/y

function readPiece(scan: Scan, at: number): { piece: Piece; end: number } | undefined {
  const { text } = scan
  if (text[at + 1] === '{') return readExpression(scan, at + 2)
  environmentReference.lastIndex = at
  const name = environmentReference.exec(text)?.[1]
  return name === undefined
    ? undefined
    : { piece: { kind: 'environment', name }, end: environmentReference.lastIndex }
}

function readExpression(scan: Scan, start: number): { piece: Piece; end: number } | undefined {
  const close = findClose(scan.text, start) ?? findFirstBrace(scan, start)
  if (close === undefined || close === start) return undefined
  const text = scan.text.slice(start, close)
  return { piece: { kind: 'expression', text, offset: start }, end: close + 1 }
}

/** Where the `}` stands that ends the expression; texts, nested braces and comments are skipped. */
function findClose(text: string, start: number): number | undefined {
  const last = Math.min(text.length, start + limits.expressionCharacters + 1)
  let depth = 0
  for (let at = start; at < last; at++) {
    const character = text[at]
    if (character === '{') depth++
    else if (character === '}' && depth-- === 0) return at
    else if (character === '"' || character === "'") {
      const end = findStringEnd(text, stringStart(text, start, at))
      if (end === undefined) return undefined
      at = end - 1
    } else if (character === '/' && text[at + 1] === '/') {
      const line = text.indexOf('\n', at)
      if (line === -1) return undefined
      at = line
    }
  }
  return undefined
}

/** Moves back over the prefix of `r'…'` and `b"…"`, since raw texts have no escapes. */
function stringStart(text: string, start: number, quote: number): number {
  const prefix = /(?<![A-Za-z0-9_])(?:[bB][rR]?|[rR])$/.exec(
    text.slice(Math.max(start, quote - 3), quote),
  )
  return quote - (prefix?.[0].length ?? 0)
}

const mostUnfinished = 100

/**
 * An expression that is broken (a quote without its partner) ends at the next `}`, so that it is
 * reported instead of being taken for text. Without any `}` it is text.
 */
function findFirstBrace(scan: Scan, start: number): number | undefined {
  if (++scan.unfinished > mostUnfinished)
    throw overLimit(`the text has more than ${mostUnfinished} broken expressions`)
  const close = scan.text.indexOf('}', start)
  return close === -1 ? undefined : close
}
