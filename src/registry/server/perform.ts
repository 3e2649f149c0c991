// From a call to its answer: the endpoint and method it means, how often it may come, and whatever it
// throws as an answer. The same for a registry of ours and for one that we stand in front of.

import { type Endpoint, type EndpointKind, findEndpoint } from '#core/registry/path.ts'
import { Failure, fail } from '#spec/errors.ts'
import type { Act, RegistryAnswer, RegistryCall, Reply, ServerContext } from './context.ts'
import { refusal } from './reply.ts'

export type Answer = (call: RegistryCall) => Promise<RegistryAnswer>

/** By method. */
export type Performers = Readonly<
  Record<string, (endpoint: Endpoint, call: RegistryCall, act: Act) => Promise<Reply>>
>

/** Kinds without performers are not there. The answer throws only what nobody expected. */
export function openAnswer(
  performers: Readonly<Partial<Record<EndpointKind, Performers>>>,
  countOne: ServerContext['countCall'],
): Answer {
  return async (call) => {
    const endpoint = findEndpoint(call.path)
    const act: Act = { route: endpoint ? routes[endpoint.kind] : '/v1/*', actor: 'anonymous' }
    const reply = await perform(endpoint, performers, call, act, countOne)
    const headers = { 'X-Content-Type-Options': 'nosniff', ...reply.headers }
    return { ...reply, headers, act }
  }
}

const routes: Readonly<Record<EndpointKind, string>> = {
  meta: '/v1/meta',
  index: '/v1/index',
  download: '/v1/buttons/{desk}/{name}/{version}/download',
  release: '/v1/buttons/{desk}/{name}/{version}',
  yank: '/v1/buttons/{desk}/{name}/{version}/yank',
  unclear: '/v1/buttons/*',
  enroll: '/v1/devices/enroll',
  device: '/v1/devices/{device}',
  challenge: '/v1/challenge',
  register: '/v1/agents/register',
  exchange: '/v1/cli-auth/exchange',
  authorize: '/cli-authorize',
}

/** What anybody may call, so often a minute and address. */
const counted: readonly EndpointKind[] = [
  'challenge',
  'register',
  'enroll',
  'exchange',
  'authorize',
]
const callsPerMinute = 30

async function perform(
  endpoint: Endpoint | undefined,
  performers: Readonly<Partial<Record<EndpointKind, Performers>>>,
  call: RegistryCall,
  act: Act,
  countOne: ServerContext['countCall'],
): Promise<Reply> {
  try {
    const methods = endpoint && performers[endpoint.kind]
    if (!methods) throw fail('NOT_FOUND', 'There is nothing at this path')
    const performer = methods[call.method === 'HEAD' ? 'GET' : call.method]
    if (!performer) return wrongMethod(methods, act)
    const late = counted.includes(endpoint.kind) ? countCall(call, countOne) : undefined
    return late ?? (await performer(endpoint, call, act))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    act.code = error.code
    return refusal(error)
  }
}

function wrongMethod(methods: Performers, act: Act): Reply {
  const known = Object.keys(methods).flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]))
  act.code = 'METHOD_NOT_ALLOWED'
  return refusal(fail('METHOD_NOT_ALLOWED', `This path knows ${known.join(', ')}`), {
    Allow: known.join(', '),
  })
}

function countCall(
  { client }: RegistryCall,
  countOne: ServerContext['countCall'],
): Reply | undefined {
  const { count, resetSeconds } = countOne(client)
  if (count <= callsPerMinute) return undefined
  const failure = fail('RATE_LIMITED', `More than ${callsPerMinute} such calls in a minute`)
  return refusal(failure, { 'Retry-After': String(resetSeconds) })
}
