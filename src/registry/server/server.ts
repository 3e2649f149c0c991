// The registry that a host offers (registry 14): each call goes to its endpoint, and whatever it
// throws comes back as an answer.

import { type Endpoint, type EndpointKind, findEndpoint } from '#core/registry/path.ts'
import { Failure, fail } from '#spec/errors.ts'
import type { RegistryRole } from '#spec/registry.ts'
import { authorize, type Caller } from './authorize.ts'
import type { Act, RegistryAnswer, RegistryCall, Reply, ServerContext } from './context.ts'
import { type Aids, endpoints, type Methods } from './endpoints/index.ts'
import { refusal } from './reply.ts'
import { openWaker } from './waker.ts'

export interface RegistryServer {
  /**
   * Who asks, for others that hand out packages under our keys. Throws UNAUTHORIZED without a good
   * key, FORBIDDEN when it is none for this; notes in `act` whose it is.
   */
  authorize(wanted: RegistryRole, call: RegistryCall, act: Act): Promise<Caller>
  /** Throws only what nobody expected. */
  answer(call: RegistryCall): Promise<RegistryAnswer>
  /** Whether a key was ever made: without one, nobody but this machine may come in. */
  hasKeys(): Promise<boolean>
  /** Begins to tell agents of what was published. */
  start(): void
  close(): Promise<void>
}

export async function openRegistryServer(context: ServerContext): Promise<RegistryServer> {
  const { store } = context
  // What was killed between an archive and its version left the archive.
  await store.blobs.sweep()
  const waker = openWaker(context)
  const opened = openEndpoints({ wake: waker.nudge })
  return {
    authorize: (wanted, call, act) => authorize(wanted, call, act, context),
    answer: async (call) => {
      const endpoint = findEndpoint(call.path)
      const act: Act = { route: endpoint ? routes[endpoint.kind] : '/v1/*', actor: 'anonymous' }
      const reply = await perform(endpoint, opened, call, act, context)
      const headers = { 'X-Content-Type-Options': 'nosniff', ...reply.headers }
      return { ...reply, headers, act }
    },
    hasKeys: () => store.keys.any(),
    start: waker.nudge,
    close: async () => {
      await waker.close()
      await store.close()
    },
  }
}

type Opened = Readonly<Record<EndpointKind, Methods>>

function openEndpoints(aids: Aids): Opened {
  const opened = Object.entries(endpoints).map(([kind, open]) => [kind, open(aids)])
  return Object.fromEntries(opened) as Opened
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
const counted: readonly EndpointKind[] = ['challenge', 'register', 'enroll', 'exchange', 'authorize'] // prettier-ignore
const callsPerMinute = 30

async function perform(
  endpoint: Endpoint | undefined,
  opened: Opened,
  call: RegistryCall,
  act: Act,
  context: ServerContext,
): Promise<Reply> {
  try {
    if (!endpoint) throw fail('NOT_FOUND', 'There is nothing at this path')
    const methods: Methods = opened[endpoint.kind]
    const handler = methods[call.method === 'HEAD' ? 'GET' : call.method]
    if (!handler) return wrongMethod(methods, act)
    const late = counted.includes(endpoint.kind) ? countCall(call, context) : undefined
    return late ?? (await handler(endpoint, call, act, context))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    act.code = error.code
    return refusal(error)
  }
}

function wrongMethod(methods: Methods, act: Act): Reply {
  const known = Object.keys(methods).flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]))
  act.code = 'METHOD_NOT_ALLOWED'
  return refusal(fail('METHOD_NOT_ALLOWED', `This path knows ${known.join(', ')}`), {
    Allow: known.join(', '),
  })
}

function countCall({ client }: RegistryCall, context: ServerContext): Reply | undefined {
  const { count, resetSeconds } = context.countCall(client)
  if (count <= callsPerMinute) return undefined
  const failure = fail('RATE_LIMITED', `More than ${callsPerMinute} such calls in a minute`)
  return refusal(failure, { 'Retry-After': String(resetSeconds) })
}
