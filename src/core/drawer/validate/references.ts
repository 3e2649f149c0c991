// Checks every `${…}` in a value: that it can be parsed, that what it reads exists at its place,
// and that outputs have the fields it asks for (drawers.md 5.3 with B15, B16).

import type { Drawer } from '#spec/drawer.ts'
import { findKey } from '../../expr/names.ts'
import {
  findReferences,
  type ReferenceIssue,
  type ReferenceOptions,
} from '../../expr/references.ts'
import type { Reference } from '../../expr/walk.ts'
import { suggest } from '../../text/suggest.ts'
import type { Neighbours } from '../neighbours.ts'
import { knownOutput, schemaAt } from '../outputs.ts'
import { findWebhook } from '../trigger.ts'
import { error, type Issue, warning } from './issue.ts'
import { findName, findStepById, type Found, namesIn, type Scope } from './scope.ts'

/** Where a value stands and what it can see. */
export interface Site {
  readonly drawer: Drawer
  readonly near: Neighbours
  readonly scope: Scope
  /** `build.args.env` */
  readonly path: string
  readonly stepId?: string | undefined
  readonly arg?: string | undefined
}

/** Every problem of the references in a value, in order of appearance. */
export function checkReferences(
  json: unknown,
  site: Site,
  options: ReferenceOptions = {},
): Issue[] {
  const { references, issues } = findReferences(json, options)
  const broken = issues.map((issue) => error('EXPRESSION', describe(issue), place(site, issue)))
  const checked = references.flatMap((reference) => {
    const problem = checkReference(reference, json, site)
    return problem ? [problem] : []
  })
  return [...broken, ...checked]
}

const shownCharacters = 200

function describe({ text, message, offset }: ReferenceIssue): string {
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
  return `the expression \${${shown}} cannot be used: ${message} (at character ${offset + 1})`
}

function place({ path, stepId, arg }: Site, { hint }: { hint?: string | undefined } = {}) {
  return {
    path,
    ...(stepId !== undefined && { step_id: stepId }),
    ...(arg !== undefined && { arg }),
    ...(hint !== undefined && { remediation: hint }),
  }
}

type Checker = (reference: Reference, json: unknown, site: Site) => Issue | undefined

function checkReference(reference: Reference, json: unknown, site: Site): Issue | undefined {
  const { root } = reference
  if (Object.hasOwn(builtIns, root)) return builtIns[root]!(reference, json, site)
  const found = findName(site.scope, root)
  if (!found && root === 'steps') return checkThroughSteps(reference, site)
  return found ? checkFound(found, reference, reference.path, site) : unknownRoot(reference, site)
}

const builtIns: Readonly<Record<string, Checker>> = {
  env: (reference, json, site) => {
    const { path } = reference
    if (path.length === 1 || (path.length === 0 && !standsAlone(reference, json))) return undefined
    return problem(
      'REF_ROOT',
      `"${reference.text}" must name one variable, like env.HOME`,
      reference,
      site,
    )
  },
  inputs: checkInput,
  webhooks: checkWebhook,
}

/** `${inputs}` and nothing else: an object where a part of it must be meant. */
function standsAlone({ text, offset, at }: Reference, json: unknown): boolean {
  const source = at.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], json)
  if (typeof source !== 'string') return false
  const before = source.slice(0, offset).trimEnd()
  const after = source.slice(offset + text.length).trimStart()
  return (before === '' || before.endsWith('${')) && (after === '' || after.startsWith('}'))
}

function checkInput(reference: Reference, json: unknown, site: Site): Issue | undefined {
  const [name] = reference.path
  if (name === undefined) {
    if (!standsAlone(reference, json)) return undefined
    return problem('REF_ROOT', '"inputs" must name an input, like inputs.name', reference, site)
  }
  const { inputs = [], triggers = [] } = site.drawer
  const declared = Object.fromEntries(inputs.map((input) => [input.name, input]))
  if (reference.guarded || findKey(declared, String(name)) !== undefined) return undefined
  if (name === 'webhook' && triggers.some(({ kind }) => kind === 'webhook')) return undefined
  const near = suggest(String(name), Object.keys(declared))
  const remediation = near
    ? `Did you mean inputs.${near}?`
    : `buttons drawer ${site.drawer.name} input add ${name}:string:required`
  return problem('REF_INPUT', `unknown input "${name}"`, reference, site, remediation)
}

function checkWebhook(reference: Reference, _: unknown, site: Site): Issue | undefined {
  const [name] = reference.path
  if (name === undefined) return undefined
  const drawer = String(name).replaceAll('_', '-')
  const found = drawer === site.drawer.name ? site.drawer : site.near.findDrawer(drawer)
  if (found && findWebhook(found)) return undefined
  const message = found ? `drawer "${drawer}" has no webhook trigger` : `no drawer "${drawer}"`
  return warning('REF_FIELD', `"${reference.text}" has no address: ${message}`, {
    ...place(site),
    ref: reference.text,
    remediation: found
      ? `buttons drawer ${drawer} trigger webhook`
      : 'buttons drawer list shows all drawers',
  })
}

function checkThroughSteps(reference: Reference, site: Site): Issue | undefined {
  const [id, ...path] = reference.path
  if (typeof id !== 'string') return undefined
  const found = findStepById(site.scope, id)
  if (found) return checkFound(found, reference, path, site)
  return reference.guarded ? undefined : problem('REF_ROOT', `no step "${id}"`, reference, site)
}

function unknownRoot(reference: Reference, site: Site): Issue | undefined {
  if (reference.guarded) return undefined
  const near = suggest(reference.root, [...namesIn(site.scope), 'inputs', 'env', 'webhooks'])
  const remediation = near
    ? `Did you mean "${near}"?`
    : 'Use inputs, env, webhooks, or the id of an earlier step'
  return problem('REF_ROOT', `unknown root "${reference.root}"`, reference, site, remediation)
}

function checkFound(
  found: Found,
  reference: Reference,
  path: readonly (string | number)[],
  site: Site,
): Issue | undefined {
  if (found.kind === 'variable') return undefined
  const { step } = found
  if (found.kind === 'later') {
    const message =
      step.id === site.stepId
        ? `forward reference: step "${step.id}" reads its own output`
        : `forward reference: step "${step.id}" has not run yet`
    const remediation = `Move "${step.id}" up: buttons drawer ${site.drawer.name} move ${step.id} N`
    return problem('REF_FORWARD', message, reference, site, remediation)
  }
  if (path.length === 0 || (path.length === 1 && path[0] === 'output')) return undefined
  if (path[0] !== 'output')
    return warning('REF_FIELD', `a step has only "output", "${reference.text}" asks for more`, {
      ...place(site, { hint: `Write ${reference.root}.output.${String(path[0])}` }),
      ref: reference.text,
    })
  return checkOutput(step.id, knownOutput(step, site.near), reference, path.slice(1), site, {
    needsSchema: (step.kind || 'button') === 'button',
  })
}

function checkOutput(
  id: string,
  known: ReturnType<typeof knownOutput>,
  reference: Reference,
  path: readonly (string | number)[],
  site: Site,
  { needsSchema }: { needsSchema: boolean },
): Issue | undefined {
  const details = { ...place(site), ref: reference.text }
  if (!known) {
    if (!needsSchema) return undefined
    const message = `cannot verify "${reference.text}": the button of "${id}" declares no output_schema`
    return warning('REF_UNVERIFIED', message, details)
  }
  if (reference.guarded || schemaAt(known.schema, path) !== 'missing') return undefined
  const message = `the output of "${id}" has no "${path.join('.')}"`
  return known.declared
    ? error('REF_FIELD', message, details)
    : warning('REF_FIELD', message, details)
}

function problem(
  code: 'REF_ROOT' | 'REF_INPUT' | 'REF_FORWARD',
  message: string,
  reference: Reference,
  site: Site,
  remediation?: string,
): Issue {
  return error(code, message, { ...place(site, { hint: remediation }), ref: reference.text })
}
