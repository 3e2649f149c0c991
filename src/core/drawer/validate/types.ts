// Whether a value that is one whole reference can fit the argument it goes to (drawers.md 5.4).
// Anything fits a text, since every value has one (B17).

import { findKey } from '../../expr/names.ts'
import { findReferences } from '../../expr/references.ts'
import type { Reference } from '../../expr/walk.ts'
import { typesOf } from '../jsonSchema.ts'
import { knownOutput, schemaAt } from '../outputs.ts'
import { error, type Issue } from './issue.ts'
import type { Site } from './references.ts'
import { findName, findStepById } from './scope.ts'

/** A known and impossible type is an error; everything else is left to the run. */
export function checkType(value: unknown, argType: string, site: Site): Issue | undefined {
  if (argType === 'string' || typeof value !== 'string') return undefined
  const reference = findWholeReference(value)
  const sources = reference && sourceTypes(reference, site)
  if (!reference || !sources || sources.length === 0) return undefined
  const wanted = Object.hasOwn(accepted, argType) ? accepted[argType]! : []
  if (wanted.length === 0 || sources.some((type) => wanted.includes(type))) return undefined
  const message = `argument "${site.arg}" is ${argType}, but "${reference.text}" gives ${sources.join(' or ')}`
  return error('TYPE_MISMATCH', message, {
    path: site.path,
    ...(site.stepId !== undefined && { step_id: site.stepId }),
    ...(site.arg !== undefined && { arg: site.arg }),
    ref: reference.text,
    remediation: `Give it ${article(argType)}`,
  })
}

/** Source types that an argument takes: words of inputs, then words of JSON Schema. */
const accepted: Readonly<Record<string, readonly string[]>> = {
  int: ['int', 'integer', 'number'],
  bool: ['bool', 'boolean'],
  enum: ['enum', 'string schema'],
}

function article(argType: string): string {
  return argType === 'bool'
    ? 'a boolean'
    : argType === 'int'
      ? 'a whole number'
      : 'one of its values'
}

function findWholeReference(text: string): Reference | undefined {
  const { references, issues } = findReferences(text)
  const [reference] = references
  if (!reference || references.length > 1 || issues.length > 0) return undefined
  return text.replace(/^\$\{\s*/, '').replace(/\s*\}$/, '') === reference.text
    ? reference
    : undefined
}

function sourceTypes(reference: Reference, site: Site): string[] {
  const { root, path } = reference
  if (root === 'inputs') return inputTypes(path, site)
  if (['env', 'webhooks'].includes(root)) return []
  const direct = findName(site.scope, root)
  const through = !direct && root === 'steps' && typeof path[0] === 'string'
  const found = through ? findStepById(site.scope, path[0] as string) : direct
  const [first, ...rest] = through ? path.slice(1) : path
  if (found?.kind !== 'step' || first !== 'output' || rest.length === 0) return []
  const known = knownOutput(found.step, site.near)
  const target = known && schemaAt(known.schema, rest)
  if (!target || target === 'missing') return []
  // A schema's text may be one of the values of an enum; a declared input of type string may not.
  return typesOf(target.schema).map((type) => (type === 'string' ? 'string schema' : type))
}

function inputTypes(path: readonly (string | number)[], { drawer }: Site): string[] {
  const declared = Object.fromEntries((drawer.inputs ?? []).map((input) => [input.name, input]))
  const key = path.length === 1 ? findKey(declared, String(path[0])) : undefined
  const type = key === undefined ? undefined : declared[key]?.type
  return type ? [type] : []
}
