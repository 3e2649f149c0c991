// Several values made one: objects key by key, lists end to end. What becomes of a key that
// several objects have is a rule with a name.

import type { ConflictRule } from '#spec/steps.ts'
import { fail } from '#spec/errors.ts'
import { setField } from '../../expr/output.ts'
import { compareText } from '../../expr/textOrder.ts'
import { isObject, type JsonObject, sortKeys } from '../json.ts'

/** The merged value of named ones, taken in the order of their names. Throws VALIDATION_ERROR. */
export function mergeValues(
  values: Readonly<Record<string, unknown>>,
  rule: ConflictRule,
): unknown {
  const named = Object.keys(values)
    .sort(compareText)
    .map((name) => ({ name, value: values[name] }))
    .filter(({ value }) => value !== null)
  const lists = named.filter(({ value }) => Array.isArray(value))
  if (named.length > 0 && lists.length === named.length)
    return lists.flatMap(({ value }) => value as unknown[])
  const odd = named.find(({ value }) => !isObject(value))
  if (odd) throw unfit(odd, lists.length > 0)
  return mergeObjects(named as { name: string; value: JsonObject }[], rule)
}

function unfit({ name, value }: { name: string; value: unknown }, mixed: boolean) {
  const why = mixed && Array.isArray(value) ? 'it is a list among objects' : 'it is neither'
  return fail('VALIDATION_ERROR', `Cannot merge "${name}": ${why}`, {
    hint: 'Merge takes objects only or lists only, and skips null',
  })
}

function mergeObjects(
  named: readonly { name: string; value: JsonObject }[],
  rule: ConflictRule,
): JsonObject {
  const found = new Map<string, { first: string; values: unknown[] }>()
  for (const { name, value } of named)
    for (const [key, inner] of Object.entries(value)) {
      const known = found.get(key)
      if (known && rule === 'error' && !areEqual(known.values[0], inner))
        throw fail(
          'VALIDATION_ERROR',
          `Cannot merge "${known.first}" and "${name}": both have "${key}"`,
          { hint: 'Choose with on_conflict: last, first or list' },
        )
      if (known) known.values.push(inner)
      else found.set(key, { first: name, values: [inner] })
    }
  const merged: JsonObject = {}
  for (const [key, { values }] of found) setField(merged, key, choices[rule](values))
  return merged
}

const choices: Readonly<Record<ConflictRule, (values: readonly unknown[]) => unknown>> = {
  last: (values) => values.at(-1),
  first: ([value]) => value,
  error: ([value]) => value,
  list: (values) => (values.length === 1 ? values[0] : values),
}

function areEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b))
}
