// Checks an output against the JSON Schema a button declares. The library that does it is loaded
// here, on use.

import type { ValidationResult } from '@cfworker/json-schema'
import { limits } from '#spec/limits.ts'
import { type SafeSchema, withLinearPatterns } from './patterns.ts'
import { describeProblems } from './problems.ts'
import { outputValue } from './value.ts'

/**
 * What is wrong with an output, in the order of the schema, at most `limits.outputProblems` lines;
 * empty when it fits. A schema that cannot be used is a problem as well; nothing is thrown.
 */
export async function checkOutput(schema: unknown, stdout: string): Promise<string[]> {
  const value = outputValue(stdout)
  try {
    const library = await import('@cfworker/json-schema')
    // The library notes things inside the schema, and patterns are rewritten: both on a copy.
    const safe = await withLinearPatterns(copyOf(schema), value)
    const firstOnly = stdout.length > limits.outputAllProblemsBytes
    const { valid, errors } = validate(library, safe, draftOf(schema), value, firstOnly)
    return valid ? [] : [...notJson(stdout, value), ...describeProblems(errors, safe.schema)]
  } catch (error) {
    return [`the schema cannot be used: ${reason(error)}`]
  }
}

function copyOf(schema: unknown): boolean | Record<string, unknown> {
  if (typeof schema === 'boolean') return schema
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
    return structuredClone(schema) as Record<string, unknown>
  throw new Error('it must be an object, true or false')
}

type Library = typeof import('@cfworker/json-schema')

// Formats live in one table of the library. Ours are there only while this check runs, and nothing
// else runs meanwhile.
function validate(
  { format, Validator }: Library,
  { schema, formats }: SafeSchema,
  draft: Draft,
  value: unknown,
  firstOnly: boolean,
): ValidationResult {
  Object.assign(format, formats)
  try {
    return new Validator(schema, draft, firstOnly).validate(value)
  } finally {
    for (const name of Object.keys(formats)) delete format[name]
  }
}

// Text that is its own value was no JSON: a JSON string comes out without its quotes.
function notJson(stdout: string, value: unknown): string[] {
  return value === stdout ? ['the output is not JSON'] : []
}

type Draft = '4' | '7' | '2019-09' | '2020-12'

function draftOf(schema: unknown): Draft {
  const named = (schema as { $schema?: unknown } | null)?.$schema
  if (typeof named !== 'string') return '2020-12'
  if (named.includes('draft-04')) return '4'
  if (named.includes('draft-06') || named.includes('draft-07')) return '7'
  return named.includes('2019-09') ? '2019-09' : '2020-12'
}

function reason(error: unknown): string {
  if (error instanceof RangeError)
    return 'it refers to itself without end, or the output is too deep'
  const message = error instanceof Error ? error.message : String(error)
  // The library goes on with addresses nobody gave.
  return message.split(/\.\s|\n/)[0]!
}
