// The URL template of a button: splitting it, filling it, and writing what is sent (buttons.md 6.8).
// Scheme and authority are never filled. Dot segments and existing escapes are left as they are,
// so new URL() has no part in this.

import { encoders, percentEncode } from './encode.ts'
import { fill, fillPieces, joinPieces, type Piece, type Values } from './template.ts'

export interface SplitUrl {
  /** Everything up to the end of the authority; empty when there is no `://`. */
  prefix: string
  scheme: string
  authority: string
  path: string
  /** Without `?`; absent when there is none. */
  query?: string
  /** Without `#`; absent when there is none. */
  fragment?: string
}

export function splitUrl(template: string): SplitUrl {
  const mark = template.indexOf('://')
  const authorityAt = mark < 0 ? 0 : mark + 3
  const authority = mark < 0 ? '' : /^[^/?#]*/.exec(template.slice(authorityAt))![0]
  const prefix = template.slice(0, authorityAt + authority.length)
  const [beforeFragment, fragment] = cut(template.slice(prefix.length), '#')
  const [path, query] = cut(beforeFragment, '?')
  return {
    prefix,
    scheme: template.slice(0, Math.max(0, mark)),
    authority,
    path,
    ...(query !== undefined && { query }),
    ...(fragment !== undefined && { fragment }),
  }
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

export interface FilledUrl {
  path: Piece[]
  query?: string
  /** The whole URL with its fragment, as dry runs show it. */
  text: string
}

export function fillUrl(url: SplitUrl, values: Values): FilledUrl {
  const path = fillPieces(url.path, values, encoders.path)
  const query = url.query === undefined ? undefined : fill(url.query, values, encoders.query)
  const fragment =
    url.fragment === undefined ? undefined : fill(url.fragment, values, encoders.fragment)
  return {
    path,
    ...(query !== undefined && { query }),
    text: url.prefix + joinPieces(path) + after('?', query) + after('#', fragment),
  }
}

function after(mark: string, text: string | undefined): string {
  return text === undefined ? '' : mark + text
}

/** Path and query as they go over the wire: no fragment, nothing that is illegal there. */
export function requestPath(url: FilledUrl): string {
  const path = joinPieces(pathPieces(url.path))
  return (path || '/') + after('?', url.query === undefined ? undefined : tidyQuery(url.query))
}

const legalPath = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]]|%[0-9A-Fa-f]{2})*$/

/**
 * The path's pieces as they are sent: unchanged when all is legal, else with literal text decoded
 * and encoded anew. Substituted text keeps its escapes, so a `/` in a value never becomes one.
 */
export function pathPieces(pieces: readonly Piece[]): readonly Piece[] {
  if (legalPath.test(joinPieces(pieces))) return pieces
  return pieces.map((piece) =>
    piece.substituted ? piece : { ...piece, text: encodeAnew(piece.text) },
  )
}

function encodeAnew(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-_.~$&+,/:;=@%]+/gu, (match) =>
    match.startsWith('%') ? unescapeKept(match) : percentEncode(match),
  )
}

function unescapeKept(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
  return /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character) ? character : escape.toUpperCase()
}

/** Encodes blanks, both quotes, angle brackets and everything outside printable ASCII (D34). */
function tidyQuery(query: string): string {
  return query.replace(/[^!#-&(-;=?-~]+/gu, percentEncode)
}

/**
 * Whether a path segment that a value was put into would mean "here" or "one up" (D34). A segment
 * counts up to its first `;`, since some servers drop what follows before they look at the dots.
 */
export function climbs(pieces: readonly Piece[]): boolean {
  let segment = ''
  let touched = false
  for (const piece of pathPieces(pieces)) {
    const [first = '', ...others] = piece.substituted ? [piece.text] : piece.text.split('/')
    segment += first
    if (piece.substituted) touched = true
    for (const next of others) {
      if (touched && isDots(segment)) return true
      segment = next
      touched = false
    }
  }
  return touched && isDots(segment)
}

function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}(?:;|$)/i.test(segment)
}
