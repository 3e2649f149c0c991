// The words of `drawer NAME press`: inputs as KEY=VALUE, and a few flags (drawers.md 3.8).

import { parseInputs } from '#core/drawer/run/inputs.ts'
import { setField } from '#core/expr/output.ts'
import { slug } from '#core/name/slug.ts'
import {
  durabilities,
  type Durability,
  type DrawerRequest,
  type RunMode,
  runModes,
} from '#spec/drawerPress.ts'
import { fail } from '#spec/errors.ts'
import { failurePolicies, type FailurePolicy } from '#spec/press.ts'
import type { App } from '../../app.ts'
import { usageError } from '../flags.ts'
import {
  findRemote,
  refuseRemotely,
  remoteArgs,
  type RemoteHost,
  type RemoteWords,
} from '../remote.ts'
import type { VerbCall } from './verb.ts'
import { readVerb } from './words.ts'

const args = {
  mode: { type: 'string', description: 'sequential or parallel' },
  'on-failure': { type: 'string', description: 'stop or continue; parallel mode only' },
  concurrency: { type: 'string', kind: 'int', description: 'Steps at once; parallel mode only' },
  durability: {
    type: 'string',
    description: 'none, process or disk: what the run survives, process unless given',
  },
  detach: { type: 'boolean', description: 'Return at once; buttons wait tells how it ended' },
  ...remoteArgs,
  'webhook-body': { type: 'string', description: 'JSON, @file or text for inputs.webhook' },
} as const

export interface PressWords {
  request: DrawerRequest
  detach: boolean
  /** The host to do it on. */
  remote: RemoteHost | undefined
  /** How it was named. */
  words: RemoteWords
}

/** The request that the words make. Throws VALIDATION_ERROR and NOT_FOUND. */
export async function readPressWords(call: VerbCall): Promise<PressWords> {
  const { values, positionals } = readVerb(call.words, args, [0, Infinity], call.usage)
  const { inputs, texts } = parseInputs(positionals)
  const body = values['webhook-body']
  if (body !== undefined) await addWebhook(inputs, texts, body, call)
  const concurrency = values.concurrency
  if (concurrency !== undefined && concurrency < 0)
    throw usageError(`--concurrency must not be negative, got ${concurrency}`)
  const request: DrawerRequest = {
    name: call.name,
    inputs,
    texts,
    mode: oneOf<RunMode>('--mode', values.mode ?? 'sequential', runModes),
    onFailure: oneOf<FailurePolicy>(
      '--on-failure',
      values['on-failure'] ?? 'stop',
      failurePolicies,
    ),
    ...(concurrency !== undefined && { concurrency }),
    ...(values.durability !== undefined && {
      durability: oneOf<Durability>('--durability', values.durability, durabilities),
    }),
    ownsProcess: true,
  }
  const remote = await findRemote(values, call.app)
  if (remote) refuseRemotely({ durability: values.durability })
  return { request, detach: values.detach === true, remote, words: values }
}

function oneOf<T extends string>(flag: string, word: string, words: readonly T[]): T {
  const found = words.find((one) => one === word)
  if (found !== undefined) return found
  throw usageError(`${flag} must be ${words.join(' or ')}, got "${word}"`)
}

async function addWebhook(
  inputs: Record<string, unknown>,
  texts: Record<string, string>,
  text: string,
  { app, name }: VerbCall,
): Promise<void> {
  const body = text.startsWith('@') ? readBody(text.slice(1), app) : text
  if (body.trim() === '') return
  const { webhookInput } = await import('#core/webhook/inputs.ts')
  const call = {
    body,
    headers: {},
    query: {},
    method: 'POST',
    path: (await findPath(name, app)) ?? `/${slug(name)}`,
    receivedMs: app.host.clock.now(),
  }
  setField(inputs, 'webhook', webhookInput(call))
  delete texts['webhook']
}

function readBody(path: string, { host }: App): string {
  const full = path.startsWith('/') ? path : `${host.cwd}/${path}`
  const text = host.files.findText(full)
  if (text !== undefined) return text
  throw fail('VALIDATION_ERROR', `Cannot read the webhook body "${path}": no such file`)
}

async function findPath(name: string, app: App): Promise<string | undefined> {
  const stored = await (await app.store()).drawers.find(name)
  if (!stored) return undefined
  return (await import('#core/drawer/trigger.ts')).findWebhook(stored.drawer)?.path
}
