// Reads the literals of the language: numbers, texts with their escapes, bytes.

import { ExpressionError } from './errors.ts'

/** Where the text literal that begins at `offset` ends, or undefined when it does not. */
export function findStringEnd(text: string, offset: number): number | undefined {
  const { raw, quote, body } = openString(text, offset)
  for (let at = body; at < text.length; at++) {
    const character = text[at]
    if (character === '\\' && !raw) at++
    else if (text.startsWith(quote, at)) return at + quote.length
    else if (quote.length === 1 && (character === '\n' || character === '\r')) return undefined
  }
  return undefined
}

/** The value of a text or bytes literal. `offset` is where it stands, for errors. */
export function readString(source: string, offset: number): string | Uint8Array {
  const { raw, bytes, quote, body } = openString(source, 0)
  const inner = source.slice(body, source.length - quote.length)
  if (raw || !inner.includes('\\')) return bytes ? new TextEncoder().encode(inner) : inner
  return bytes ? unescapeBytes(inner, offset + body) : unescapeText(inner, offset + body)
}

const numberPattern =
  /0[xX][0-9a-fA-F]+[uU]?|(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?[uU]?/y

/** The number that begins at `offset`. Whether an int fits 64 bits depends on its sign: parse.ts. */
export function readNumber(
  text: string,
  offset: number,
): { source: string; value: number | bigint; unsigned: boolean } {
  numberPattern.lastIndex = offset
  const source = numberPattern.exec(text)?.[0] ?? ''
  const bad = (why: string) => new ExpressionError('syntax', why, { offset })
  const next = text[offset + source.length]
  if (next !== undefined && /[A-Za-z0-9_]/.test(next))
    throw bad(`"${source}${next}" is neither a number nor a name`)
  const hexadecimal = /^0[xX]/.test(source)
  const unsigned = /[uU]$/.test(source)
  const digits = unsigned ? source.slice(0, -1) : source
  if (hexadecimal || /^[0-9]+$/.test(digits))
    return { source, value: readInt(digits, bad), unsigned }
  if (unsigned) throw bad(`"${source}" is not a whole number`)
  const value = Number(digits)
  if (!Number.isFinite(value)) throw bad(`the number ${source} is too large`)
  return { source, value, unsigned }
}

function readInt(digits: string, bad: (why: string) => ExpressionError): bigint {
  // BigInt takes quadratic time over long digits; nothing above 64 bits is of use anyway.
  const significant = digits.replace(/^(0[xX]|)0+(?=[0-9a-fA-F])/, '$1')
  if (significant.length > 24) throw bad('the number does not fit into 64 bits')
  return BigInt(significant)
}

function openString(text: string, offset: number) {
  let at = offset
  while (text[at] !== '"' && text[at] !== "'") at++
  const prefix = text.slice(offset, at).toLowerCase()
  const mark = text[at]!
  const quote = text.startsWith(mark.repeat(3), at) ? mark.repeat(3) : mark
  return {
    raw: prefix.includes('r'),
    bytes: prefix.includes('b'),
    quote,
    body: at + quote.length,
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
}

const escape =
  /\\(?:([xX])([0-9a-fA-F]{2})|(u)([0-9a-fA-F]{4})|(U)([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]?))/g

function unescapeText(inner: string, offset: number): string {
  return inner.replace(escape, (...match) => {
    const { simple, code, at } = readEscape(match)
    if (simple !== undefined) return simple
    if (code === undefined || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw badEscape(match[0], offset + at)
    return String.fromCodePoint(code)
  })
}

function unescapeBytes(inner: string, offset: number): Uint8Array {
  const encoder = new TextEncoder()
  const bytes: number[] = []
  let last = 0
  for (const match of inner.matchAll(escape)) {
    const { simple, code, wide } = readEscape([...match, match.index])
    if (wide || (simple === undefined && code === undefined))
      throw badEscape(match[0], offset + match.index)
    for (const byte of encoder.encode(inner.slice(last, match.index) + (simple ?? '')))
      bytes.push(byte)
    if (code !== undefined) bytes.push(code)
    last = match.index + match[0].length
  }
  for (const byte of encoder.encode(inner.slice(last))) bytes.push(byte)
  return Uint8Array.from(bytes)
}

/** What one match of `escape` says: a plain character, or a code; `wide` codes are no bytes. */
function readEscape(match: readonly unknown[]) {
  const [, , hex, , short, , long, octal, other] = match as (string | undefined)[]
  const digits = hex ?? short ?? long
  const known = other !== undefined && Object.hasOwn(simpleEscapes, other)
  return {
    simple: known ? simpleEscapes[other] : undefined,
    code: digits ? parseInt(digits, 16) : octal ? parseInt(octal, 8) : undefined,
    wide: short !== undefined || long !== undefined,
    at: match.find((part) => typeof part === 'number') ?? 0,
  }
}

function badEscape(text: string, offset: number): ExpressionError {
  return new ExpressionError('syntax', `unknown escape ${text} in a text`, { offset })
}
