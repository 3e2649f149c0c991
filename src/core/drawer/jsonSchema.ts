// The little we read of an `output_schema`: which fields an object has and what type they are.

import { isObject } from './json.ts'

/** The types a schema allows; empty when it does not say. */
export function typesOf(schema: unknown): string[] {
  if (!isObject(schema)) return []
  const { type } = schema
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((word) => typeof word === 'string') : []
}

/** The declared fields of an object schema, or undefined when it declares none. */
export function fieldsOf(schema: unknown): Record<string, unknown> | undefined {
  return isObject(schema) && isObject(schema['properties']) ? schema['properties'] : undefined
}

const accepted: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  int: ['integer', 'number'],
  bool: ['boolean'],
  enum: ['string'],
}

/** Whether a field may be wired to an argument without being asked (drawers.md 3.5). */
export function fitsArgument(schema: unknown, argType: string): boolean {
  const types = typesOf(schema)
  const wanted = accepted[argType]
  return wanted ? types.some((type) => wanted.includes(type)) : types.length > 0
}
