// One call to an agent: to the address it registered, without redirects, and never into a private
// network that nobody meant.

import { findGuardProblem } from '#core/http/guard.ts'
import { parseAddress } from '#core/http/address.ts'
import { isLoopback } from '#core/serve/loopback.ts'
import type { Wake } from '#store/registry.ts'
import type { ServerContext } from './context.ts'

/**
 * `late`: it was sent, and there was no answer in time. `refused`: the receiver does not know us.
 * `dropped`: nothing that a repetition would mend.
 */
export type Sent = 'delivered' | 'late' | 'unreachable' | 'refused' | 'dropped'

/** Receivers update before they answer. */
const answerMs = 60_000

export async function sendWake(
  wake: Pick<Wake, 'url' | 'token' | 'event'>,
  stop: AbortSignal,
  context: ServerContext,
): Promise<Sent> {
  const url = URL.parse(wake.url)
  if (!url) return 'dropped'
  const late = new AbortController()
  const prevent = context.host.clock.after(answerMs, () => late.abort())
  const signal = AbortSignal.any([late.signal, stop])
  try {
    const addresses = await findAddresses(url, context)
    if (addresses.length === 0) return 'dropped'
    return judge(await post(url, addresses, wake, signal, context))
  } catch {
    return late.signal.aborted ? 'late' : 'unreachable'
  } finally {
    prevent()
  }
}

/** Empty where we must not call. Throws when the name has no address. */
async function findAddresses(url: URL, { host, settings }: ServerContext): Promise<string[]> {
  const name = url.hostname
  // RFC 6761: names below localhost are this machine, whatever a resolver says.
  if (isLoopback(name) || name.endsWith('.localhost')) return ['127.0.0.1']
  if (url.protocol !== 'https:') return []
  const addresses = parseAddress(name) ? [name] : await host.network.lookup(name)
  const allowed = settings.privateAgents || findGuardProblem(name, addresses) === undefined
  return allowed ? addresses : []
}

async function post(
  url: URL,
  addresses: readonly string[],
  { token, event }: Pick<Wake, 'token' | 'event'>,
  signal: AbortSignal,
  { host }: ServerContext,
): Promise<number> {
  const secure = url.protocol === 'https:'
  const body = new TextEncoder().encode(JSON.stringify(event))
  const answer = await host.network.request({
    secure,
    addresses,
    port: Number(url.port) || (secure ? 443 : 80),
    serverName: url.hostname,
    method: 'POST',
    path: url.pathname,
    headers: [
      ['Host', url.host],
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
    ],
    body,
    decompress: false,
    signal,
  })
  answer.close()
  return answer.status
}

const refusals: readonly number[] = [401, 404, 410]

function judge(status: number): Sent {
  if (status >= 200 && status < 300) return 'delivered'
  if (refusals.includes(status)) return 'refused'
  return status >= 500 ? 'unreachable' : 'dropped'
}
