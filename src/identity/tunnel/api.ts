// Setting up a tunnel through the API of Cloudflare, without a browser (serve.md 5.5). The API token
// is used and not kept.

import { fail } from '#spec/errors.ts'
import type { TunnelContext } from './context.ts'
import { dnsConflict } from './login.ts'
import type { SetupRequest } from './setup.ts'

const base = 'https://api.cloudflare.com/client/v4'
const callMs = 30_000
const mostCharacters = 1024 * 1024

export interface ApiTunnel {
  id: string
  name: string
  /** Runs the tunnel: a secret. */
  token: string
}

type ApiContext = Pick<TunnelContext, 'ask'> & { host: Pick<TunnelContext['host'], 'random'> }

interface ApiRequest extends Pick<SetupRequest, 'hostname' | 'signal' | 'accountId'> {
  apiToken: string
  /** `tunnels`: a record that leads to another tunnel is replaced, any other one stays. */
  overwriteDns: boolean | 'tunnels'
}

/** Throws DNS_CONFLICT or WEBHOOK_ERROR. */
export async function setUpByApi(
  request: ApiRequest & { tunnel: string },
  context: ApiContext,
): Promise<ApiTunnel> {
  const call = callerOf(request, context)
  const account = request.accountId ?? (await findAccount(call))
  const zone = await findZone(request.hostname, call)
  const { id, name } = await findOrCreate(request.tunnel, account, call, context)
  const token = await call<string>('GET', `/accounts/${account}/cfd_tunnel/${id}/token`)
  await pointDns(request, zone, id, call)
  return { id, name, token }
}

/** Points a name at a tunnel that exists. Throws DNS_CONFLICT or WEBHOOK_ERROR. */
export async function pointByApi(
  request: ApiRequest & { tunnelId: string },
  context: ApiContext,
): Promise<Pointed> {
  const call = callerOf(request, context)
  return pointDns(request, await findZone(request.hostname, call), request.tunnelId, call)
}

export type Pointed = 'written' | 'unchanged'

type Method = 'GET' | 'POST' | 'DELETE'
type CallApi = <T>(method: Method, path: string, body?: unknown) => Promise<T>

function callerOf(
  { apiToken, signal }: Pick<ApiRequest, 'apiToken' | 'signal'>,
  { ask }: ApiContext,
): CallApi {
  return async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
    const refuse = (why: string) =>
      fail('WEBHOOK_ERROR', `Cannot use the API of Cloudflare (${method} ${path}): ${why}`)
    let answer: Response
    let text: string
    try {
      answer = await ask(`${base}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${apiToken}`,
          'Content-Type': 'application/json',
          Accept: 'application/json',
        },
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(callMs)]),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      text = (await answer.text()).slice(0, mostCharacters)
    } catch (cause) {
      throw fail('WEBHOOK_ERROR', refuse((cause as Error).message).message, { cause })
    }
    const document = parse(text)
    if (document?.success === true) return document.result as T
    const [first] = document?.errors ?? []
    throw refuse(
      first ? `${first.message} (${first.code}, HTTP ${answer.status})` : `HTTP ${answer.status}`,
    )
  }
}

interface Envelope {
  success?: boolean
  errors?: { code: number; message: string }[]
  result?: unknown
}

function parse(text: string): Envelope | undefined {
  try {
    return JSON.parse(text) as Envelope
  } catch {
    return undefined
  }
}

interface Named {
  id: string
  name: string
}

async function findAccount(call: CallApi): Promise<string> {
  const accounts = await call<Named[]>('GET', '/accounts?per_page=50')
  const [first, ...more] = accounts
  if (!first) throw fail('WEBHOOK_ERROR', 'Cannot set up a tunnel: the token sees no account')
  if (more.length === 0) return first.id
  throw fail('WEBHOOK_ERROR', 'Cannot set up a tunnel: the token sees several accounts', {
    hint: `Give --api-account-id: ${accounts.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
  })
}

// The zone is the longest ending of the name that the account has; the last label alone is none.
async function findZone(hostname: string, call: CallApi): Promise<string> {
  const labels = hostname.split('.')
  for (let from = 0; from < labels.length - 1; from++) {
    const name = encodeURIComponent(labels.slice(from).join('.'))
    const [zone] = await call<Named[]>('GET', `/zones?name=${name}&per_page=1`)
    if (zone) return zone.id
  }
  throw fail('WEBHOOK_ERROR', `Cannot set up a tunnel: the token sees no zone of "${hostname}"`)
}

async function findOrCreate(
  name: string,
  account: string,
  call: CallApi,
  { host }: ApiContext,
): Promise<Named> {
  const query = `name=${encodeURIComponent(name)}&is_deleted=false&per_page=1`
  const [known] = await call<Named[]>('GET', `/accounts/${account}/cfd_tunnel?${query}`)
  if (known) return known
  return call<Named>('POST', `/accounts/${account}/cfd_tunnel`, {
    name,
    tunnel_secret: host.random.bytes(32).toBase64(),
    config_src: 'local',
  })
}

interface Record_ {
  id: string
  type: string
  content: string
}

async function pointDns(
  { hostname, overwriteDns }: Pick<ApiRequest, 'hostname' | 'overwriteDns'>,
  zone: string,
  tunnelId: string,
  call: CallApi,
): Promise<Pointed> {
  const content = `${tunnelId}.cfargotunnel.com`
  const records = `/zones/${zone}/dns_records`
  const name = encodeURIComponent(hostname)
  const [present] = await call<Record_[]>('GET', `${records}?name=${name}&per_page=1`)
  if (present?.type === 'CNAME' && present.content === content) return 'unchanged'
  const free = overwriteDns === 'tunnels' ? leadsToTunnel(present) : overwriteDns
  if (present && !free) throw dnsConflict(hostname)
  if (present) await call('DELETE', `${records}/${present.id}`)
  await call('POST', records, { type: 'CNAME', name: hostname, content, proxied: true, ttl: 1 })
  return 'written'
}

function leadsToTunnel(record: Record_ | undefined): boolean {
  return record?.type === 'CNAME' && record.content.endsWith('.cfargotunnel.com')
}
