// Everything that can be said about a drawer before it runs (drawers.md 5): all problems at once,
// in a fixed order. Never blocks a press; only an unknown schema version does that elsewhere.

import { type Drawer, drawerKinds, drawerSchemaVersions } from '#spec/drawer.ts'
import type { Neighbours } from '../neighbours.ts'
import { validateFlow } from '../flow/validate.ts'
import { checkAround } from './around.ts'
import { findCycles } from './cycles.ts'
import { error, type Issue, type Report, reportOf, warning } from './issue.ts'
import { checkReferences } from './references.ts'
import { at, openScope } from './scope.ts'
import { checkIds, checkSteps } from './steps.ts'

/** The report of a drawer; `near` finds what it names, also behind its child drawers. */
export function validateDrawer(drawer: Drawer, near: Neighbours): Report {
  const unsupported = findUnsupportedVersion(drawer)
  if (unsupported) return reportOf([unsupported])
  if (drawer.drawer_kind === 'flow') return reportOf(validateFlow(drawer))
  return reportOf([
    ...checkKind(drawer),
    ...checkInputs(drawer),
    ...checkIds(drawer.steps ?? [], (index) => `steps.${index}`),
    ...checkSteps(drawer.steps ?? [], { drawer, near, outer: undefined, path: '' }),
    ...checkReturn(drawer, near),
    ...checkAround(drawer, near),
    ...findCycles(drawer, near),
  ])
}

/** The one problem that hides all others, or undefined. A press checks it, too (B18). */
export function findUnsupportedVersion({ schema_version }: Drawer): Issue | undefined {
  if ((drawerSchemaVersions as readonly number[]).includes(schema_version)) return undefined
  return error(
    'SCHEMA_VERSION',
    `unsupported schema_version ${schema_version}; this program reads ${drawerSchemaVersions.join(' and ')}`,
    { path: 'schema_version' },
  )
}

function checkKind({ schema_version, drawer_kind = '', flow }: Drawer): Issue[] {
  const issues: Issue[] = []
  const path = 'drawer_kind'
  if (schema_version === 2 && drawer_kind === '')
    issues.push(error('DRAWER_KIND', 'schema_version 2 needs a drawer_kind', { path }))
  if (drawer_kind !== '' && !(drawerKinds as readonly string[]).includes(drawer_kind))
    issues.push(error('DRAWER_KIND', `unknown drawer_kind "${drawer_kind}"`, { path }))
  if (flow)
    issues.push(error('DRAWER_KIND', 'only a flow drawer can have a flow', { path: 'flow' }))
  return issues
}

const inputTypes = ['string', 'int', 'bool', 'enum']

function checkInputs({ inputs = [] }: Drawer): Issue[] {
  const seen = new Set<string>()
  return inputs.flatMap(({ name, type, values = [] }, index) => {
    const path = `inputs.${index}`
    const issues: Issue[] = []
    if (name === '')
      issues.push(warning('FIELD_MISSING', `input ${index + 1} has no name`, { path }))
    if (seen.has(name))
      issues.push(warning('FIELD_INVALID', `input "${name}" stands twice`, { path }))
    if (!inputTypes.includes(type))
      issues.push(
        warning('FIELD_INVALID', `input "${name}" has the unknown type "${type}"`, { path }),
      )
    if (type === 'enum' && values.length === 0)
      issues.push(warning('FIELD_MISSING', `input "${name}" lists no values`, { path }))
    seen.add(name)
    return issues
  })
}

function checkReturn(drawer: Drawer, near: Neighbours): Issue[] {
  const steps = drawer.steps ?? []
  const scope = at(openScope(steps), steps.length)
  return Object.keys(drawer.return ?? {})
    .sort()
    .flatMap((field) =>
      checkReferences(drawer.return![field], { drawer, near, scope, path: `return.${field}` }),
    )
}
