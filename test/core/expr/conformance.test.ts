// Runs the public conformance data of the Common Expression Language (development only) against
// our evaluator. What our profile leaves out is named by suite; inside of it every deviation is
// listed with its reason, and everything else must pass.

import { beforeAll, describe, expect, test } from 'bun:test'
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js'
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js'
import { newBudget } from '#core/expr/budget.ts'
import { equals } from '#core/expr/compare.ts'
import { ExpressionError } from '#core/expr/errors.ts'
import { evaluateExpression } from '#core/expr/evaluate.ts'
import { makeMap } from '#core/expr/maps.ts'
import { parseExpression } from '#core/expr/parse.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { parseDuration } from '#core/expr/timestamp.ts'
import { type Value, duration, findType, fromJson, typeOf, uint } from '#core/expr/values.ts'

/** Suites outside of our profile. */
const otherSuites: Record<string, string> = {
  bindings_ext: 'cel.bind is an extension',
  block_ext: 'cel.block is an extension',
  dynamic: 'protobuf messages',
  encoders_ext: 'base64 functions are an extension',
  enums: 'protobuf enumerations',
  macros2: 'macros with two variables are an extension',
  math_ext: 'math functions are an extension',
  optionals: 'optional values are an extension',
  proto2: 'protobuf messages',
  proto2_ext: 'protobuf messages',
  proto3: 'protobuf messages',
  string_ext: 'further text functions are an extension',
  type_deductions: 'the type checker: ours evaluates without one',
  wrappers: 'protobuf messages',
}

const dotted = 'names of roots have no dots'
const container = 'there are no name spaces'
const exact = 'an int and a double compare by their exact values'
const lastWins = 'the last of equal keys wins'

/** Tests inside the profile that we answer differently on purpose. */
const deviations: Record<string, string> = {
  'comparisons/lt_literal/not_lt_dyn_int_big_lossy_double': exact,
  'comparisons/gt_literal/not_gt_dyn_big_double_int': exact,
  'comparisons/lte_literal/lte_dyn_big_double_int': exact,
  'comparisons/gte_literal/gte_dyn_int_big_lossy_double': exact,
  'fields/qualified_identifier_resolution/qualified_ident': dotted,
  'fields/qualified_identifier_resolution/map_field_select': dotted,
  'fields/qualified_identifier_resolution/qualified_identifier_resolution_unchecked': dotted,
  'fields/qualified_identifier_resolution/ident_with_longest_prefix_check': dotted,
  'fields/qualified_identifier_resolution/map_value_repeat_key': lastWins,
  'fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous': lastWins,
  'namespace/qualified/self_eval_qualified_lookup': dotted,
  'namespace/namespace/self_eval_container_lookup': container,
  'namespace/namespace/self_eval_container_lookup_unchecked': container,
  'timestamps/duration_converters/get_milliseconds':
    'getMilliseconds of a duration is its total, like the other accessors',
}

/** Texts that the reference parser treats differently: whether we accept them, which, and why. */
const parserDeviations: readonly [
  accepted: boolean,
  text: RegExp,
  error: RegExp,
  reason: string,
][] = [
  [false, /^\w+\{/, /^/, 'messages are not part of the profile'],
  [true, /^[\x20-\x7e\s]*$/, /recursion/, 'our limit of nesting is higher'],
  [true, /^a\.`[^`]*`$/, /unsupported syntax/, 'field names in backticks are part of the language'],
  [true, /__result__/, /accumulator/, 'no macro writes into a variable of that name'],
]

interface Case {
  name: string
  expr: string
  bindings?: Record<string, { value: Encoded }>
  value?: Encoded
  evalError?: unknown
}

interface Suite {
  name: string
  suites?: Suite[]
  tests?: { original: unknown; ast?: string; error?: string }[]
}

const known = [...casesOf(conformance, '')].filter(
  ({ suite }) => !Object.hasOwn(otherSuites, suite),
)
const messages = /TestAllTypes|google\.protobuf\.\w+\s*\{/
const profile = known.filter(({ it }) => !messages.test(it.expr))

beforeAll(() => prepareExpressions('matches'))

test('the profile covers the fourteen suites of the standard', () => {
  expect([...new Set(profile.map(({ suite }) => suite))]).toEqual([
    'basic',
    'comparisons',
    'conversions',
    'fields',
    'fp_math',
    'integer_math',
    'lists',
    'logic',
    'macros',
    'namespace',
    'parse',
    'plumbing',
    'string',
    'timestamps',
  ])
  expect(profile.length).toBeGreaterThan(1000)
})

describe('the conformance data', () => {
  for (const { path, it } of profile) {
    if (Object.hasOwn(deviations, path))
      test(`${path} is answered differently: ${deviations[path]}`, () =>
        expect(passes(it)).toBe(false))
    else test(path, () => expect(passes(it)).toBe(true))
  }
})

describe('the texts of the reference parser', () => {
  for (const { original, ast, error = '' } of (parsing as Suite).tests ?? []) {
    const { expr } = original as Case
    const row = parserDeviations.find(([, text, why]) => text.test(expr) && why.test(error))
    const wanted = row?.[0] ?? ast !== undefined
    const title = `${JSON.stringify(expr.slice(0, 60))} is ${wanted ? 'accepted' : 'refused'}`
    test(row === undefined ? title : `${title}: ${row[3]}`, () => expect(parses(expr)).toBe(wanted))
  }
})

function* casesOf(suite: Suite, path: string): Iterable<{ suite: string; path: string; it: Case }> {
  for (const { original } of suite.tests ?? []) {
    const it = original as Case
    yield { suite: path.split('/')[0]!, path: `${path}/${it.name}`, it }
  }
  for (const inner of suite.suites ?? [])
    yield* casesOf(inner, path === '' ? inner.name : `${path}/${inner.name}`)
}

function passes({ expr, bindings = {}, value, evalError }: Case): boolean {
  const roots = Object.fromEntries(
    Object.entries(bindings).map(([name, bound]) => [name, decode(bound.value)]),
  )
  try {
    const result = evaluateExpression(parseExpression(expr), { roots, env: {} })
    if (evalError !== undefined) return false
    const wanted = decode(value ?? { boolValue: true })
    return typeOf(result) === typeOf(wanted) && same(result, wanted)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return evalError !== undefined
  }
}

function same(a: Value, b: Value): boolean {
  return Object.is(a, b) || equals(a, b, newBudget())
}

function parses(text: string): boolean {
  try {
    parseExpression(text)
    return true
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return false
  }
}

/** A value in the JSON form of the conformance data; one of these. */
interface Encoded {
  nullValue?: null
  boolValue?: boolean
  int64Value?: string
  uint64Value?: string
  doubleValue?: number | string
  stringValue?: string
  bytesValue?: string
  typeValue?: string
  listValue?: { values?: Encoded[] }
  mapValue?: { entries?: { key: Encoded; value: Encoded }[] }
  objectValue?: { '@type': string; value: string }
}

const decoders: { [K in keyof Encoded]-?: (value: NonNullable<Encoded[K]>) => Value } = {
  nullValue: () => null,
  boolValue: fromJson,
  int64Value: BigInt,
  uint64Value: (value) => uint(BigInt(value)),
  doubleValue: Number,
  stringValue: fromJson,
  bytesValue: (value) => Uint8Array.fromBase64(value),
  typeValue: (value) => findType(value)!,
  listValue: ({ values = [] }) => values.map(decode),
  mapValue: ({ entries = [] }) =>
    makeMap(entries.map(({ key, value }) => [decode(key), decode(value)])),
  // Durations are the only messages that the profile binds.
  objectValue: ({ value }) => duration(parseDuration(value)),
}

function decode(encoded: Encoded): Value {
  const [kind] = Object.keys(encoded) as (keyof Encoded)[]
  return decoders[kind!](encoded[kind!] as never)
}
