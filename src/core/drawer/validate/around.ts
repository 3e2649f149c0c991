// What surrounds the steps of a drawer: its handler and its triggers.

import { type Drawer, triggerKinds } from '#spec/drawer.ts'
import { authTypes, jwtAlgorithms, type TriggerAuth } from '#spec/webhook.ts'
import { slug } from '../../name/slug.ts'
import { findReferences } from '../../expr/references.ts'
import type { Neighbours } from '../neighbours.ts'
import { error, type Issue, warning } from './issue.ts'

export function checkAround(drawer: Drawer, near: Neighbours): Issue[] {
  return [...checkHandler(drawer, near), ...checkTriggers(drawer)]
}

/** What `on_error.with` may read. */
const handlerRoots = ['drawer', 'run_id', 'failed_step', 'error', 'inputs', 'env']

function checkHandler({ name, on_error }: Drawer, near: Neighbours): Issue[] {
  if (!on_error) return []
  const path = 'on_error.drawer'
  const handler = slug(on_error.drawer)
  if (handler === '') return [error('FIELD_MISSING', 'on_error names no drawer', { path })]
  const issues: Issue[] = []
  const found = handler === name ? undefined : near.findDrawer(handler)
  if (handler !== name && !found) {
    const message = `on_error names drawer "${on_error.drawer}", which does not exist`
    issues.push(error('DRAWER_NOT_FOUND', message, { path }))
  }
  if (found?.drawer_kind === 'flow')
    issues.push(error('FLOW_RUNTIME_REQUIRED', `on_error names flow drawer "${handler}"`, { path }))
  const { references, issues: broken } = findReferences(on_error.with ?? {})
  for (const { message, text } of broken)
    issues.push(
      warning('EXPRESSION', `\${${text}} stays as it is: ${message}`, { path: 'on_error.with' }),
    )
  for (const { root, text, guarded } of references) {
    if (guarded || handlerRoots.includes(root)) continue
    const message = `unknown root "${root}"; on_error.with reads ${handlerRoots.join(', ')}`
    issues.push(warning('REF_ROOT', message, { path: 'on_error.with', ref: text }))
  }
  return issues
}

function checkTriggers({ triggers = [] }: Drawer): Issue[] {
  return triggers.flatMap(({ kind, path = '', auth }, index) => {
    const place = { path: `triggers.${index}` }
    const issues: Issue[] = []
    if (!(triggerKinds as readonly string[]).includes(kind))
      issues.push(
        warning('FIELD_INVALID', `trigger ${index + 1} has the unknown kind "${kind}"`, place),
      )
    if (kind === 'webhook' && !path.startsWith('/'))
      issues.push(warning('FIELD_INVALID', `webhook path "${path}" must start with "/"`, place))
    const missing = kind === 'webhook' ? findMissing(auth) : undefined
    if (missing) issues.push(warning('FIELD_MISSING', missing, place))
    return issues
  })
}

const needed: Readonly<Record<string, readonly (keyof TriggerAuth)[]>> = {
  basic: ['username', 'password'],
  header: ['header_name', 'header_value'],
  jwt: ['jwt_secret'],
  hmac: ['signature_header'],
}

function isSigned(type: string): boolean {
  return !['basic', 'header', 'jwt'].includes(type)
}

function findMissing(auth: TriggerAuth | undefined): string | undefined {
  if (!auth?.type || auth.type === 'none') return undefined
  if (!(authTypes as readonly string[]).includes(auth.type))
    return `unknown auth type "${auth.type}"`
  const missing = needed[auth.type]?.filter((key) => !auth[key]) ?? []
  if (isSigned(auth.type) && !auth.secret && !auth.secrets?.length) missing.unshift('secret')
  if (missing.length > 0) return `auth ${auth.type} needs ${missing.join(' and ')}`
  const algorithm = auth.jwt_algorithm
  if (auth.type !== 'jwt' || !algorithm) return undefined
  const known = (jwtAlgorithms as readonly string[]).includes(algorithm)
  return known ? undefined : `unknown jwt_algorithm "${algorithm}"`
}
