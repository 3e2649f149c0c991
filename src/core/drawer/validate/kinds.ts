// What each kind of step needs: one rule per kind. A rule checks the fields of its kind and the
// references in them; bodies are walked by steps.ts.

import { conflictRules, type StepKind } from '#spec/steps.ts'
import { slug } from '../../name/slug.ts'
import { scanTemplate } from '../../expr/template.ts'
import { findDurationNanoseconds } from '../../time/duration.ts'
import { findTime } from '../../time/format.ts'
import { error, type Issue, type IssueCode, warning } from './issue.ts'
import { checkReferences, type Site } from './references.ts'
import type { StepSite } from './steps.ts'
import { checkType } from './types.ts'

type Rule = (site: StepSite) => Issue[]

export const kindRules = {
  button: (site) => {
    const { step, near } = site
    if (!step.button) return [missing(site, 'button', `step "${step.id}" names no button`)]
    const button = near.findButton(slug(step.button))
    const targets = button
      ? []
      : [notFound('BUTTON_NOT_FOUND', site, 'button', `button "${step.button}" does not exist`)]
    return [...targets, ...checkArgs(site, button?.args ?? [])]
  },
  drawer: (site) => {
    const { step, drawer, near } = site
    if (!step.drawer) return [missing(site, 'drawer', `step "${step.id}" names no drawer`)]
    const name = slug(step.drawer)
    const child = name === drawer.name ? drawer : near.findDrawer(name)
    const targets: Issue[] = []
    if (!child)
      targets.push(
        notFound('DRAWER_NOT_FOUND', site, 'drawer', `drawer "${step.drawer}" does not exist`),
      )
    if (child?.drawer_kind === 'flow')
      targets.push(
        notFound(
          'FLOW_RUNTIME_REQUIRED',
          site,
          'drawer',
          `"${name}" is a flow drawer and cannot run`,
        ),
      )
    return [...targets, ...checkArgs(site, child?.inputs ?? [])]
  },
  for_each: (site) => {
    const { step } = site
    const issues = checkOver(site)
    if (!step.steps?.length)
      issues.push(empty(site, 'steps', `for_each "${step.id}" has no steps: the loop does nothing`))
    return issues
  },
  switch: (site) => {
    const { step } = site
    const cases = step.cases ?? []
    if (cases.length === 0 && !step.steps?.length)
      return [missing(site, 'cases', `switch "${step.id}" has neither cases nor steps`)]
    return cases.flatMap(({ when }, index) =>
      when === ''
        ? [
            missing(
              site,
              `cases.${index}.when`,
              `case ${index} of switch "${step.id}" has no 'when'`,
            ),
          ]
        : checkField(site, `cases.${index}.when`, when, { bare: true }),
    )
  },
  aggregate: (site) => {
    const { from, pluck } = site.step
    return [
      ...(from
        ? checkField(site, 'from', from, { bare: true })
        : [missing(site, 'from', `aggregate "${site.step.id}" has no 'from'`)]),
      ...(pluck
        ? checkField(site, 'pluck', pluck, { bare: true, locals: ['item'] })
        : [missing(site, 'pluck', `aggregate "${site.step.id}" has no 'pluck'`)]),
    ]
  },
  wait: (site) => {
    const { id, duration, until } = site.step
    if (!duration && !until)
      return [missing(site, 'duration', `wait "${id}" has neither 'duration' nor 'until'`)]
    const both = duration && until
    return [
      ...(both ? [ignored(site, 'until', `wait "${id}" has both: duration wins over until`)] : []),
      ...(duration ? checkText(site, 'duration', duration, isDuration, durationHint) : []),
      ...(until ? checkText(site, 'until', until, isInstant, instantHint) : []),
    ]
  },
  split: (site) => {
    const { id, size, chunks } = site.step
    const issues = checkOver(site)
    if (size === undefined && chunks === undefined)
      issues.push(missing(site, 'size', `split "${id}" has neither 'size' nor 'chunks'`))
    if (size !== undefined && chunks !== undefined)
      issues.push(ignored(site, 'chunks', `split "${id}" has both: size wins over chunks`))
    return [
      ...issues,
      ...checkPositive(site, 'size', size),
      ...checkPositive(site, 'chunks', chunks),
    ]
  },
  batch: (site) => {
    const { id, size, within, at } = site.step
    const issues = checkOver(site)
    if (size === undefined && !within)
      issues.push(missing(site, 'size', `batch "${id}" has neither 'size' nor 'within'`))
    if (within && !at)
      issues.push(
        missing(site, 'at', `batch "${id}" has 'within' but no 'at' for the time of an item`),
      )
    if (at && !within) issues.push(ignored(site, 'at', `batch "${id}" has 'at' without 'within'`))
    return [
      ...issues,
      ...checkPositive(site, 'size', size),
      ...(within ? checkText(site, 'within', within, isDuration, durationHint) : []),
      ...(at ? checkField(site, 'at', at, { bare: true, locals: ['item'] }) : []),
    ]
  },
  merge: (site) => {
    const { id, inputs = {}, on_conflict } = site.step
    const issues = checkFields(site, 'inputs', inputs)
    if (Object.keys(inputs).length === 0)
      issues.unshift(missing(site, 'inputs', `merge "${id}" has no 'inputs'`))
    if (on_conflict && !(conflictRules as readonly string[]).includes(on_conflict))
      issues.push(
        invalid(site, 'on_conflict', `"${on_conflict}" must be ${conflictRules.join(', ')}`),
      )
    return issues
  },
  transform: (site) => {
    const { id, fields = {} } = site.step
    if (Object.keys(fields).length === 0)
      return [missing(site, 'fields', `transform "${id}" has no 'fields'`)]
    return checkFields(site, 'fields', fields)
  },
} as const satisfies Record<StepKind, Rule>

function details({ step, path }: StepSite, field: string) {
  return { path: `${path}.${field}`, ...(step.id && { step_id: step.id }) }
}

function missing(site: StepSite, field: string, message: string): Issue {
  return error('FIELD_MISSING', message, details(site, field))
}

function invalid(site: StepSite, field: string, message: string, remediation?: string): Issue {
  const more = remediation === undefined ? {} : { remediation }
  return error('FIELD_INVALID', `'${field}' of "${site.step.id}": ${message}`, {
    ...details(site, field),
    ...more,
  })
}

function notFound(code: IssueCode, site: StepSite, field: string, message: string): Issue {
  return error(code, message, details(site, field))
}

function ignored(site: StepSite, field: string, message: string): Issue {
  return warning('FIELD_IGNORED', message, details(site, field))
}

function empty(site: StepSite, field: string, message: string): Issue {
  return warning('EMPTY_BODY', message, details(site, field))
}

interface Declared {
  readonly name: string
  readonly type: string
  readonly required?: boolean
}

function checkArgs(site: StepSite, declared: readonly Declared[]): Issue[] {
  const args = site.step.args ?? {}
  const types = new Map(declared.map(({ name, type }) => [name, type]))
  const given = Object.keys(args)
    .sort()
    .flatMap((name) => {
      const place = referenceSite(site, `args.${name}`, name)
      const mismatch = checkType(args[name], types.get(name) ?? 'string', place)
      return [...checkReferences(args[name], place), ...(mismatch ? [mismatch] : [])]
    })
  const absent = declared
    .filter(({ name, required }) => required === true && !Object.hasOwn(args, name))
    .map(({ name }) => absentArg(site, name))
  return [...given, ...absent]
}

function absentArg(site: StepSite, name: string): Issue {
  const { step, drawer } = site
  const filled =
    step.drawer === undefined && drawer.inputs?.some((input) => input.name === name)
      ? '; the input of that name fills it'
      : ''
  return warning('ARG_MISSING', `required argument "${name}" is not set${filled}`, {
    ...details(site, `args.${name}`),
    arg: name,
    remediation: `buttons drawer ${drawer.name} set ${site.path}.args.${name}=VALUE`,
  })
}

function referenceSite(site: StepSite, field: string, arg?: string): Site {
  const { drawer, near, scope, path, step } = site
  return { drawer, near, scope, path: `${path}.${field}`, stepId: step.id, arg }
}

function checkField(
  site: StepSite,
  field: string,
  text: string,
  options: { bare?: boolean; locals?: readonly string[] } = {},
): Issue[] {
  return checkReferences(text, referenceSite(site, field), options)
}

function checkFields(site: StepSite, field: string, fields: Readonly<Record<string, unknown>>) {
  return Object.keys(fields)
    .sort()
    .flatMap((name) => checkReferences(fields[name], referenceSite(site, `${field}.${name}`)))
}

function checkOver(site: StepSite): Issue[] {
  const { over, kind, id } = site.step
  if (!over) return [missing(site, 'over', `${kind} "${id}" has no 'over'`)]
  return checkField(site, 'over', over, { bare: true })
}

function checkPositive(site: StepSite, field: string, value: number | undefined): Issue[] {
  return value === undefined || value > 0 ? [] : [invalid(site, field, 'it must be at least 1')]
}

const durationHint = 'Write it like 90s, 1h30m or 500ms'
const instantHint = 'Write it like 2026-05-02T09:00:00Z'

function isDuration(text: string): boolean {
  return findDurationNanoseconds(text) !== undefined
}

function isInstant(text: string): boolean {
  return findTime(text) !== undefined
}

// A text without expressions must be right as it stands; with them only the run can tell.
function checkText(
  site: StepSite,
  field: string,
  text: string,
  isRight: (text: string) => boolean,
  hint: string,
): Issue[] {
  if (!isLiteral(text)) return checkField(site, field, text)
  return isRight(text) ? [] : [invalid(site, field, `"${text}" cannot be read`, hint)]
}

function isLiteral(text: string): boolean {
  if (!text.includes('$')) return true
  try {
    return scanTemplate(text).every(({ kind }) => kind === 'text')
  } catch {
    // More broken expressions than are worth counting; the reference check says so.
    return false
  }
}
