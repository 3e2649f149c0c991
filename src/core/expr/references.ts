// What the templates inside a JSON value read, found without evaluating them. Validation checks these
// references; the scheduler derives dependencies from them.

import type { Node } from './ast.ts'
import { ExpressionError } from './errors.ts'
import { normalizeName } from './names.ts'
import { parseExpression } from './parse.ts'
import { type Piece, scanTemplate } from './template.ts'
import { checkDepth } from './values.ts'
import { type Reference, walk } from './walk.ts'

/** What is wrong with an expression whatever the data: syntax, size, unknown functions. */
export interface ReferenceIssue {
  readonly message: string
  readonly hint: string | undefined
  /** The whole expression. */
  readonly text: string
  /** Where in the string the trouble is. */
  readonly offset: number
  readonly at: readonly (string | number)[]
}

export interface References {
  /** Each text once per string. */
  readonly references: readonly Reference[]
  readonly issues: readonly ReferenceIssue[]
}

export interface ReferenceOptions {
  /** The value is an `over`, `from`, `pluck` or `when` field: an expression also without `${}`. */
  readonly bare?: boolean
  /** Names that are bound around the value (`item` of a pluck); they are no references. */
  readonly locals?: readonly string[]
}

/** Every reference in a JSON value, in order of appearance; what cannot be read is an issue. */
export function findReferences(json: unknown, options: ReferenceOptions = {}): References {
  const found: Found = { references: [], issues: [] }
  const locals = (options.locals ?? []).map(normalizeName)
  const read = () => {
    for (const { text, at } of findStrings(json, []))
      readString(text, at, options.bare === true, locals, found)
  }
  // Only a value nested beyond all measure fails as a whole.
  attempt(read, (error) => found.issues.push(issueOf(error, { text: '', offset: 0 }, [])))
  return found
}

interface Found {
  readonly references: Reference[]
  readonly issues: ReferenceIssue[]
}

type Path = readonly (string | number)[]

function* findStrings(json: unknown, at: Path): Iterable<{ text: string; at: Path }> {
  checkDepth(at.length)
  if (typeof json === 'string') yield { text: json, at }
  if (typeof json !== 'object' || json === null) return
  for (const [key, value] of Object.entries(json))
    yield* findStrings(value, [...at, Array.isArray(json) ? Number(key) : key])
}

function readString(
  text: string,
  at: Path,
  bare: boolean,
  locals: readonly string[],
  found: Found,
) {
  const known = new Set<string>()
  for (const piece of piecesOf(text, at, bare, found)) {
    if (piece.kind !== 'expression') continue
    const report = (error: ExpressionError) => found.issues.push(issueOf(error, piece, at))
    const add = (reference: Reference) => {
      if (!known.has(reference.text)) found.references.push(reference)
      known.add(reference.text)
    }
    const root = parse(piece.text, report)
    if (root === undefined) continue
    walk(root, { start: piece.offset, at, bound: locals, add, report }, [], false)
  }
}

function piecesOf(text: string, at: Path, bare: boolean, found: Found): readonly Piece[] {
  if (bare && !text.startsWith('${')) return [{ kind: 'expression', text, offset: 0 }]
  const report = (error: ExpressionError) =>
    found.issues.push(issueOf(error, { text, offset: 0 }, at))
  return attempt(() => scanTemplate(text), report) ?? []
}

function parse(text: string, report: (error: ExpressionError) => void): Node | undefined {
  return attempt(() => parseExpression(text).root, report)
}

function attempt<T>(run: () => T, report: (error: ExpressionError) => void): T | undefined {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    report(error)
    return undefined
  }
}

function issueOf(
  { message, hint, offset = 0 }: ExpressionError,
  piece: { readonly text: string; readonly offset: number },
  at: Path,
): ReferenceIssue {
  return { message, hint, text: piece.text, offset: piece.offset + offset, at }
}
