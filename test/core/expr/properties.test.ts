// Whatever text arrives, the engine answers with a value or an ExpressionError, within its budget.

import { beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  type BinaryOperator,
  type MacroName,
  type Node,
  precedence,
  reservedWords,
} from '#core/expr/ast.ts'
import { newBudget } from '#core/expr/budget.ts'
import { compareText } from '#core/expr/textOrder.ts'
import { ExpressionError } from '#core/expr/errors.ts'
import { evaluateExpression } from '#core/expr/evaluate.ts'
import { toJson } from '#core/expr/output.ts'
import { parseExpression } from '#core/expr/parse.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { findReferences } from '#core/expr/references.ts'
import { resolveText, resolveValue } from '#core/expr/resolve.ts'
import { scanTemplate } from '#core/expr/template.ts'
import { formatNode } from './format.ts'
import vectors from '../../vectors/expressions.json'

const context = { roots: vectors.context, env: vectors.environment }

beforeAll(() => prepareExpressions('matches'))

const offset = 0
const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,4}(-[A-Za-z0-9_]{1,3})?$/)
  .filter((text) => !reservedWords.has(text))
const variable = fc.constantFrom('x', 'y_1', 'item')
const notMacro = name.filter((text) => !['has', 'all', 'exists', 'filter', 'map'].includes(text))
const well = fc.string({ unit: 'binary', maxLength: 6 })
const literal: fc.Arbitrary<Node> = fc
  .oneof(
    fc.constantFrom(null, true, false),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    well,
    fc.uint8Array({ maxLength: 6 }),
  )
  .map((value) => ({ kind: 'literal', value, unsigned: false, offset }))
const uint: fc.Arbitrary<Node> = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((value) => ({ kind: 'literal', value, unsigned: true, offset }))

const { tree } = fc.letrec<{ tree: Node }>((tie) => {
  const inner = tie('tree')
  const list = fc.array(inner, { maxLength: 3 })
  const exact = fc.boolean()
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      uint,
      fc
        .tuple(name, fc.boolean())
        .map(([root, absolute]) => node({ kind: 'name', name: root, absolute, offset })),
      fc
        .tuple(inner, name, exact)
        .map(([operand, field, quoted]) =>
          node({ kind: 'select', operand, name: field, exact: quoted, offset }),
        ),
      fc
        .tuple(inner, inner)
        .map(([operand, index]) => node({ kind: 'index', operand, index, offset })),
      fc
        .tuple(inner, name, exact)
        .map(([operand, field, quoted]) =>
          node({ kind: 'has', operand, name: field, exact: quoted, offset }),
        ),
      fc
        .tuple(notMacro, fc.option(inner, { nil: undefined }), list)
        .map(([called, target, values]) =>
          node({ kind: 'call', name: called, target, arguments: values, offset }),
        ),
      list.map((items) => node({ kind: 'list', items, offset })),
      fc
        .array(fc.tuple(inner, inner), { maxLength: 2 })
        .map((entries) => node({ kind: 'map', entries, offset })),
      fc
        .tuple(fc.constantFrom('!' as const, '-' as const), inner)
        .map(([operator, operand]) => node({ kind: 'unary', operator, operand, offset })),
      fc
        .tuple(fc.constantFrom(...(Object.keys(precedence) as BinaryOperator[])), inner, inner)
        .map(([operator, left, right]) => node({ kind: 'binary', operator, left, right, offset })),
      fc
        .tuple(inner, inner, inner)
        .map(([condition, whenTrue, whenFalse]) =>
          node({ kind: 'conditional', condition, whenTrue, whenFalse, offset }),
        ),
      fc
        .tuple(
          fc.constantFrom<MacroName>('all', 'exists', 'exists_one', 'filter'),
          inner,
          variable,
          inner,
        )
        .map(([macro, target, bound, predicate]) =>
          node({
            kind: 'macro',
            name: macro,
            target,
            variable: bound,
            predicate,
            transform: undefined,
            offset,
          }),
        ),
      fc
        .tuple(inner, variable, fc.option(inner, { nil: undefined }), inner)
        .map(([target, bound, predicate, transform]) =>
          node({
            kind: 'macro',
            name: 'map',
            target,
            variable: bound,
            predicate,
            transform,
            offset,
          }),
        ),
    ),
  }
})

function node(value: Node): Node {
  return value
}

/** The tree without the places in its source. */
function withoutOffsets(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutOffsets)
  if (typeof json !== 'object' || json === null || json instanceof Uint8Array) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, key === 'offset' ? 0 : withoutOffsets(value)]),
  )
}

test('a tree written as text is parsed into the same tree', () => {
  fc.assert(
    fc.property(tree, (root) => {
      expect(withoutOffsets(parseExpression(formatNode(root)).root)).toEqual(withoutOffsets(root))
    }),
    { numRuns: 1000 },
  )
})

test('every tree evaluates to a value or an ExpressionError, within its budget', () => {
  fc.assert(
    fc.property(tree, (root) => {
      answers(() => toJson(evaluateExpression({ text: '', root }, context, newBudget(5000))))
    }),
    { numRuns: 1000 },
  )
})

test('every text is a value, an ExpressionError, or itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      answers(() => parseExpression(text))
      answers(() => resolveValue(text, context))
      answers(() => resolveValue(`\${${text}}`, context))
    }),
    { numRuns: 1000 },
  )
})

const tokens = [
  ' ',
  '\n',
  ...'${ } $ENV{ TESTV} { ( ) [ ] , : ? . // ?? || && == != <= < + - * / % !'.split(' '),
  ...`' " ''' r" b' \\ \\x4 \` a-b '[A-Z]' 1 0x 2.5 3u 1e9 duration('1h') true null for in`.split(
    ' ',
  ),
  ...'inputs .list .obj emit-version x env steps has( size( string( timestamp( int('.split(' '),
  ...'.map(x, .all(x, .exists_one(x, .filter(x, .matches( .getHours( type( dyn('.split(' '),
]

test('every soup of tokens is a value or an ExpressionError, and its references are found', () => {
  const soup = fc
    .array(fc.constantFrom(...tokens), { maxLength: 24 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(soup, (text) => {
      answers(() => toJson(evaluateExpression(parseExpression(text), context, newBudget(5000))))
      answers(() => resolveText(text, context))
      for (const { offset: at } of findReferences(text).references)
        expect(at).toBeLessThan(text.length)
    }),
    { numRuns: 3000 },
  )
})

test('text without ${ and $ENV{ comes back unchanged', () => {
  const plain = fc
    .string({ unit: 'binary' })
    .filter((text) => !text.includes('${') && !text.includes('$ENV{'))
  fc.assert(
    fc.property(plain, (text) => {
      expect(resolveValue(text, context)).toBe(text)
      expect(scanTemplate(text)).toEqual([{ kind: 'text', text }])
    }),
  )
})

test('the pieces of a template hold all of its characters, in order', () => {
  const soup = fc
    .array(fc.constantFrom(...tokens), { maxLength: 24 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(soup, (text) => {
      const pieces = scanTemplate(text).map((piece) => {
        if (piece.kind === 'text') return piece.text
        return piece.kind === 'environment' ? `$ENV{${piece.name}}` : `\${${piece.text}}`
      })
      expect(pieces.join('')).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('a text in quotes is that text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literalText = formatNode({ kind: 'literal', value: text, unsigned: false, offset })
      expect(resolveValue(`\${${literalText}}`, context)).toBe(text)
      expect(resolveValue(`<\${${literalText}}>`, context)).toBe(`<${text}>`)
    }),
  )
})

test('what an input holds is never evaluated', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const hostile = { text: '${env.TESTV} $ENV{TESTV}', value }
      const roots = { inputs: hostile }
      expect(resolveValue('${inputs}', { roots, env: context.env })).toEqual(hostile)
      expect(resolveText('${inputs.text}', { roots, env: context.env })).toBe(hostile.text)
    }),
  )
})

test('texts are ordered as their code points are', () => {
  const points = (text: string) => [...text].map((character) => character.codePointAt(0)!)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const [left, right] = [points(a), points(b)]
      const at = left.findIndex((point, i) => point !== right[i])
      const wanted = at === -1 ? left.length - right.length : left[at]! - (right[at] ?? -1)
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(wanted))
    }),
  )
})

/** Runs something that may refuse, but not crash. */
function answers(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    expect(error.message).not.toBe('')
    expect(error.message).not.toEndWith('.')
  }
}
