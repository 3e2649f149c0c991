// `drawer NAME connect FROM to TO`: an output wired to an argument, named or found by schema.

import type { Drawer } from '#spec/drawer.ts'
import { fail, type Failure } from '#spec/errors.ts'
import type { Step } from '#spec/steps.ts'
import { keywords, reservedWords } from '../expr/ast.ts'
import { slug } from '../name/slug.ts'
import { fieldsOf, fitsArgument } from './jsonSchema.ts'
import { compareText } from '../expr/textOrder.ts'
import { type Neighbours, kindOf } from './neighbours.ts'
import { noStep, requireAction } from './refuse.ts'

export interface Wire {
  /** The destination step. */
  step: string
  /** Its argument. */
  to: string
  /** The source field as asked for. */
  from: string
  /** What is written: `${a.output.x}` */
  value: string
}

/**
 * The wires for two ends. Throws VALIDATION_ERROR, STEP_NOT_FOUND, DRAWER_KIND_MISMATCH, or
 * AMBIGUOUS with the candidates in `spec`.
 */
export function planWires(drawer: Drawer, from: string, to: string, near: Neighbours): Wire[] {
  requireAction(drawer, `Cannot connect steps of "${drawer.name}"`)
  const [source, target] = [splitEnd(from, '.output.'), splitEnd(to, '.args.')]
  if (source && target) return [explicitWire(drawer, source, target)]
  if (!from.includes('.') && !to.includes('.')) return findWires(drawer, from, to, near)
  throw fail('VALIDATION_ERROR', `Cannot connect "${from}" to "${to}": the ends do not match`, {
    hint: 'Write FROM.output.FIELD to STEP.args.NAME, or two step ids to find the pairs',
  })
}

interface End {
  step: string
  field: string
}

function splitEnd(text: string, marker: string): End | undefined {
  const at = text.indexOf(marker)
  if (at <= 0 || at + marker.length >= text.length) return undefined
  return { step: text.slice(0, at), field: text.slice(at + marker.length) }
}

function explicitWire(drawer: Drawer, source: End, target: End): Wire {
  getStep(drawer, target.step)
  const value = `\${${stepReference(source.step)}.output.${source.field}}`
  return { step: target.step, to: target.field, from: source.field, value }
}

function getStep(drawer: Drawer, id: string): Step {
  const steps = drawer.steps ?? []
  const found = steps.find((step) => step.id === id)
  if (found) return found
  throw noStep(
    `Cannot connect steps of "${drawer.name}"`,
    id,
    steps.map((step) => step.id),
  )
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/
const builtInRoots = ['inputs', 'env', 'webhooks']

/** How an expression names a step: by its id, or through `steps` when the id cannot stand alone. */
export function stepReference(id: string): string {
  const plain = plainName.test(id) && !reservedWords.has(id) && !builtInRoots.includes(id)
  return plain ? id : `steps[${JSON.stringify(id)}]`
}

function fieldReference(field: string): string {
  return plainName.test(field) && !keywords.has(field) ? `.${field}` : `[${JSON.stringify(field)}]`
}

function findWires(drawer: Drawer, from: string, to: string, near: Neighbours): Wire[] {
  const [source, target] = [getStep(drawer, from), getStep(drawer, to)]
  const fields = fieldsOf(outputSchemaOf(source, near))
  if (!fields) throw noPairs(from, to, `"${from}" declares no output_schema with properties`)
  const open = argsOf(target, near).filter(({ name }) => !Object.hasOwn(target.args ?? {}, name))
  const matches = open
    .map((arg) => ({ arg, candidates: candidatesFor(arg, fields) }))
    .filter(({ candidates }) => candidates.length > 0)
  const unclear = matches.filter(({ candidates }) => candidates.length > 1)
  if (unclear.length > 0) throw ambiguous(source, target, unclear)
  if (matches.length === 0) throw noPairs(from, to, 'no output field fits an argument by name')
  return matches.map(({ arg, candidates: [field = ''] }) => ({
    step: to,
    to: arg.name,
    from: field,
    value: `\${${stepReference(from)}.output${fieldReference(field)}}`,
  }))
}

interface Declared {
  name: string
  type: string
}

/** What the target of a step declares: arguments of a button, inputs of a drawer. */
export function argsOf(step: Step, near: Neighbours): readonly Declared[] {
  if (kindOf(step) === 'drawer') return near.findDrawer(slug(step.drawer ?? ''))?.inputs ?? []
  if (kindOf(step) === 'button') return near.findButton(slug(step.button ?? ''))?.args ?? []
  return []
}

/** The declared schema of a step's output, or undefined. */
export function outputSchemaOf(step: Step, near: Neighbours): unknown {
  if (kindOf(step) === 'drawer') return near.findDrawer(slug(step.drawer ?? ''))?.output_schema
  if (kindOf(step) === 'button') return near.findButton(slug(step.button ?? ''))?.output_schema
  return undefined
}

function candidatesFor(arg: Declared, fields: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(fields)
    .filter((field) => field.toLowerCase() === arg.name.toLowerCase())
    .filter((field) => fitsArgument(fields[field], arg.type))
    .sort(compareText)
}

interface Unclear {
  arg: Declared
  candidates: string[]
}

function ambiguous(source: Step, target: Step, unclear: readonly Unclear[]): Failure {
  const [from, to] = [source, target].map((step) => step.button ?? step.drawer ?? step.id)
  const names = unclear.map(({ arg }) => `"${arg.name}"`).join(', ')
  const { arg, candidates } = unclear[0]!
  const example = `${source.id}.output.${candidates[0]} to ${target.id}.args.${arg.name}`
  return fail(
    'AMBIGUOUS',
    `Cannot connect "${source.id}" to "${target.id}": several fields fit ${names}`,
    {
      hint: `Name the field: connect ${example}`,
      spec: {
        candidates: unclear.map((one) => ({
          arg: one.arg.name,
          candidates: one.candidates,
          from,
          to,
        })),
      },
    },
  )
}

function noPairs(from: string, to: string, why: string): Failure {
  return fail('VALIDATION_ERROR', `Cannot connect "${from}" to "${to}": ${why}`, {
    hint: `Name both ends: connect ${from}.output.FIELD to ${to}.args.NAME`,
  })
}
