// All triggers of all buttons and drawers in the order in which they claim paths: drawers first,
// then by name. One that makes no sense is left out and reported; it never keeps the others from
// working.

import * as v from 'valibot'
import type { Button, ButtonTrigger } from '#spec/button.ts'
import type { Drawer, Trigger } from '#spec/drawer.ts'
import { Failure } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import { type TriggerSettings, triggerSettings } from '#spec/webhook.ts'
import { describeIssue } from '../text/issue.ts'
import { ExpressionError } from '../expr/errors.ts'
import { findFilterFault } from '../webhook/filter.ts'
import { checkMapping } from '../webhook/mapBody.ts'
import { parseCron } from '../time/cron.ts'
import { isZone } from '../time/zone.ts'
import { type HostedKind, hostedKinds, type HostedTrigger, type TriggerProblem } from './hosted.ts'

export interface Collected {
  triggers: HostedTrigger[]
  problems: TriggerProblem[]
}

export function collectTriggers(drawers: readonly Drawer[], buttons: readonly Button[]): Collected {
  const collected: Collected = { triggers: [], problems: [] }
  for (const drawer of drawers) {
    const target: Target = { kind: 'drawer', name: drawer.name }
    for (const trigger of drawer.triggers ?? []) add(collected, target, fromDrawer(target, trigger))
  }
  for (const button of buttons) {
    const target: Target = { kind: 'button', name: button.name }
    for (const trigger of button.triggers ?? []) add(collected, target, fromButton(target, trigger))
  }
  return collected
}

type Candidate = { hosted: HostedTrigger } | { id: string | undefined; why: string } | undefined

function add({ triggers, problems }: Collected, target: Target, candidate: Candidate): void {
  if (!candidate) return
  if ('why' in candidate) return void problems.push({ target, ...candidate })
  const { hosted } = candidate
  const why = findFault(hosted)
  if (why === undefined) triggers.push(hosted)
  else problems.push({ target, id: hosted.id, why })
}

/** The words that drawers use. */
const drawerKinds: Readonly<Record<string, HostedKind>> = {
  webhook: 'webhook',
  cron: 'cron',
  file: 'watch',
}

function fromDrawer(target: Target, trigger: Trigger): Candidate {
  const kind = Object.hasOwn(drawerKinds, trigger.kind) ? drawerKinds[trigger.kind] : undefined
  if (!kind) return undefined
  const { id, path = '', inputs = {}, schedule = '' } = trigger
  const own = id || `${kind}:${kind === 'cron' ? schedule : path}`
  return {
    hosted: {
      lane: `drawer/${target.name}/${own}`,
      target,
      id: id || undefined,
      kind,
      path,
      settings: trigger,
      token: undefined,
      args: {},
      mapBody: false,
      inputs,
    },
  }
}

const buttonSettingsSchema = v.looseObject({
  ...triggerSettings,
  map_body: v.nullish(v.boolean()),
})

function fromButton(target: Target, trigger: ButtonTrigger): Candidate {
  const { id, path, token, args } = trigger
  const kind = hostedKinds.find((one) => one === trigger.kind)
  if (!kind) return { id, why: `unknown kind "${trigger.kind}"` }
  const read = v.safeParse(buttonSettingsSchema, trigger)
  if (!read.success) return { id, why: describeIssue(read.issues[0]) }
  const { map_body, ...settings } = withoutNulls(read.output)
  return {
    hosted: {
      lane: `button/${target.name}/${id}`,
      target,
      id,
      kind,
      path: path ?? '',
      settings,
      token: token || undefined,
      args: args ?? {},
      mapBody: map_body === true,
      inputs: {},
    },
  }
}

function withoutNulls(read: object): TriggerSettings & { map_body?: boolean } {
  const entries = Object.entries(read).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries) as TriggerSettings & { map_body?: boolean }
}

function findFault(hosted: HostedTrigger): string | undefined {
  const { kind, path, settings, mapBody, args } = hosted
  try {
    if (kind === 'cron') parseCron(settings.schedule ?? '')
    if (kind === 'cron' && settings.timezone && !isZone(settings.timezone))
      return `"${settings.timezone}" is no time zone`
    if (mapBody) checkMapping(args)
  } catch (error) {
    if (error instanceof Failure || error instanceof ExpressionError) return error.message
    throw error
  }
  if (kind === 'watch' && path.trim() === '') return 'there is nothing to watch'
  if (kind === 'webhook' && !path.startsWith('/')) return `path "${path}" must start with "/"`
  const fault = settings.filter ? findFilterFault(settings.filter) : undefined
  return fault === undefined ? undefined : `its filter cannot be read: ${fault}`
}
