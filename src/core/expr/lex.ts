// Cuts an expression into tokens. A name with hyphens (`emit-version`) is one token; the text of
// literals is read in literals.ts.

import { ExpressionError } from './errors.ts'
import { findStringEnd, readNumber, readString } from './literals.ts'

export type Token =
  | {
      readonly kind: 'name' | 'quoted' | 'sign' | 'end'
      readonly text: string
      readonly offset: number
    }
  | {
      readonly kind: 'value'
      readonly text: string
      readonly offset: number
      readonly value: string | number | bigint | Uint8Array
      readonly unsigned: boolean
    }

/** The tokens of an expression; the last one is `end`. Throws a syntax error. */
export function lex(text: string): Token[] {
  const tokens: Token[] = []
  let offset = skipBlanks(text, 0)
  while (offset < text.length) {
    const token = readToken(text, offset)
    tokens.push(token)
    offset = skipBlanks(text, offset + token.text.length)
  }
  tokens.push({ kind: 'end', text: '', offset: text.length })
  return tokens
}

const blanks = /(?:[ \t\n\f\r]+|\/\/[^\n]*)*/y
const word = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/y
const quotedName = /`[A-Za-z0-9_./ -]+`/y
const stringStart = /(?:[bB][rR]?|[rR])?['"]/y
const numberStart = /\.?[0-9]/y
const sign = /\?\?|\|\||&&|[<>=!]=|[-+*/%<>!?:.,()[\]{}]/y

function skipBlanks(text: string, offset: number): number {
  return offset + (matchAt(blanks, text, offset)?.length ?? 0)
}

function readToken(text: string, offset: number): Token {
  if (matchAt(stringStart, text, offset) !== undefined) return readStringToken(text, offset)
  if (matchAt(numberStart, text, offset) !== undefined) return readNumberToken(text, offset)
  const name = matchAt(word, text, offset)
  if (name !== undefined) return { kind: 'name', text: name, offset }
  const symbol = matchAt(sign, text, offset)
  if (symbol !== undefined) return { kind: 'sign', text: symbol, offset }
  const quoted = matchAt(quotedName, text, offset)
  if (quoted !== undefined) return { kind: 'quoted', text: quoted, offset }
  const character = String.fromCodePoint(text.codePointAt(offset)!)
  throw new ExpressionError('syntax', `unexpected character ${JSON.stringify(character)}`, {
    offset,
  })
}

function readStringToken(text: string, offset: number): Token {
  const end = findStringEnd(text, offset)
  if (end === undefined)
    throw new ExpressionError('syntax', 'this text has no closing quote', { offset })
  const source = text.slice(offset, end)
  return { kind: 'value', text: source, offset, value: readString(source, offset), unsigned: false }
}

function readNumberToken(text: string, offset: number): Token {
  const { source, value, unsigned } = readNumber(text, offset)
  return { kind: 'value', text: source, offset, value, unsigned }
}

/** These patterns are ours and fixed; no pattern of a user ever becomes a RegExp. */
function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}
