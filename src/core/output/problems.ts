// What does not fit, in short words: where, and what was asked for. The library's own sentences are
// long and repeat every level; values of the output are never shown.

import type { OutputUnit } from '@cfworker/json-schema'
import { limits } from '#spec/limits.ts'
import { patternFormat } from './patterns.ts'

/** One line for each thing that is wrong, at most `limits.outputProblems`. */
export function describeProblems(errors: readonly OutputUnit[], schema: unknown): string[] {
  const lines = new Set<string>()
  for (const error of ownErrors(errors)) {
    lines.add(`${place(error)} ${wording(error, schema)}`)
    if (lines.size === limits.outputProblems) break
  }
  return [...lines]
}

/** Keywords that only say that something below them does not fit. */
const carriers = [
  '$ref',
  '$recursiveRef',
  'allOf',
  'if',
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'dependentSchemas',
  'dependencies',
  'prefixItems',
  'items',
  'additionalItems',
  'unevaluatedItems',
]

/** Keywords below which everything was only tried. */
const choices = ['anyOf', 'oneOf', 'contains', 'propertyNames']

function* ownErrors(errors: readonly OutputUnit[]): Generator<OutputUnit> {
  let tried: string | undefined
  for (const error of errors) {
    if (tried !== undefined && error.keywordLocation.startsWith(tried)) continue
    if (carriers.includes(error.keyword) && !hasOwnWords(error)) continue
    if (choices.includes(error.keyword)) tried = `${error.keywordLocation}/`
    yield error
  }
}

// The old `dependencies` is both: a carrier for schemas, a demand for lists of names.
function hasOwnWords({ keyword, error }: OutputUnit): boolean {
  return keyword === 'dependencies' && error.includes('does not have')
}

/** `items[0].price`, or `the output` for the whole. */
function place({ instanceLocation }: OutputUnit): string {
  const segments = instanceLocation.split('/').slice(1).map(unescapePointer)
  if (segments.length === 0) return 'the output'
  return segments
    .map((segment, index) =>
      /^\d+$/.test(segment) ? `[${segment}]` : index === 0 ? segment : `.${segment}`,
    )
    .join('')
}

function unescapePointer(segment: string): string {
  return safeDecode(segment).replaceAll('~1', '/').replaceAll('~0', '~')
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function wording(error: OutputUnit, schema: unknown): string {
  const asked = findAsked(schema, error.keywordLocation)
  return (words[error.keyword] ?? mustFit)(asked, error)
}

type Wording = (asked: unknown, error: OutputUnit) => string

const mustFit: Wording = (_, { keyword }) => `does not fit "${keyword}"`
const json = (asked: unknown) =>
  asked === undefined ? 'what the schema says' : JSON.stringify(asked)

const words: Readonly<Record<string, Wording>> = {
  false: () => 'must not be there',
  type: (asked) => `must be ${[asked].flat().join(' or ') || 'of another type'}`,
  const: (asked) => `must be ${json(asked)}`,
  enum: (asked) =>
    `must be one of ${Array.isArray(asked) ? asked.map(json).join(', ') : json(asked)}`,
  required: (_, { error }) => `lacks ${lastQuoted(error)}`,
  dependentRequired: (_, { error }) => `lacks ${lastQuoted(error)}`,
  dependencies: (_, { error }) => `lacks ${lastQuoted(error)}`,
  not: () => 'fits what it must not fit',
  anyOf: () => 'fits none of the alternatives',
  oneOf: () => 'must fit exactly one of the alternatives',
  contains: () => 'holds no item of the kind that is asked for',
  propertyNames: () => 'has a name that does not fit',
  minimum: (asked) => `must be at least ${json(asked)}`,
  maximum: (asked) => `must be at most ${json(asked)}`,
  exclusiveMinimum: (asked) => `must be more than ${json(asked)}`,
  exclusiveMaximum: (asked) => `must be less than ${json(asked)}`,
  multipleOf: (asked) => `must be a multiple of ${json(asked)}`,
  minLength: (asked) => `must have at least ${json(asked)} characters`,
  maxLength: (asked) => `must have at most ${json(asked)} characters`,
  minItems: (asked) => `must have at least ${json(asked)} items`,
  maxItems: (asked) => `must have at most ${json(asked)} items`,
  minProperties: (asked) => `must have at least ${json(asked)} properties`,
  maxProperties: (asked) => `must have at most ${json(asked)} properties`,
  minContains: (asked) => `must have at least ${json(asked)} items of the kind that is asked for`,
  maxContains: (asked) => `must have at most ${json(asked)} items of the kind that is asked for`,
  uniqueItems: () => 'must not repeat an item',
  format: (asked) =>
    typeof asked === 'string' && asked.startsWith(patternFormat)
      ? `must match ${asked.slice(patternFormat.length)}`
      : `must have the format ${String(asked ?? 'that is asked for')}`,
}

/** The name that is missing, which only the library's sentence tells; it is a name of the schema. */
function lastQuoted(sentence: string): string {
  return /("[^"]*")\.?$/.exec(sentence)?.[1] ?? 'a property'
}

/** The keyword's own value, by its location, which passes through references. */
function findAsked(schema: unknown, location: string): unknown {
  let node = schema
  for (const segment of location.split('/').slice(1)) {
    node = member(node, unescapePointer(segment))
    if (segment === '$ref') node = findReferred(schema, node)
  }
  return node
}

// References by pointer only: what is named otherwise is described without its value.
function findReferred(schema: unknown, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) return undefined
  return reference.split('/').slice(1).map(unescapePointer).reduce(member, schema)
}

function member(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined
  return (node as Record<string, unknown>)[name]
}
