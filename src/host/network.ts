// Names and requests over real sockets. One request is one connection to an address it is given:
// no pool, no proxy, no redirects, no header added but `Connection: close`, and a certificate that
// is always checked. Where a request may go is decided above; see press/http/.

import type { IncomingMessage } from 'node:http'
import type { Exchange } from './exchange.ts'
import { HostError, type Network, type NetworkAnswer, type NetworkRequest } from './host.ts'

export const network: Network = {
  lookup,
  request,
  openSocket: async (asked) => (await import('./webSocket.ts')).openSocket(asked),
}

async function lookup(host: string): Promise<string[]> {
  try {
    // What getaddrinfo says, which alone knows /etc/hosts and how this machine resolves names.
    const answers = await Bun.dns.lookup(host, { backend: 'getaddrinfo' })
    return [...new Set(answers.map(({ address }) => address))]
  } catch (error) {
    const code = (error as { code?: string }).code?.replace(/^DNS_/, '') ?? 'EAI_FAIL'
    throw new HostError(code, 'resolve', host)
  }
}

async function request(request: NetworkRequest): Promise<NetworkAnswer> {
  const { openExchange } = await import('./exchange.ts')
  const exchange = await openExchange(request)
  const { message, close } = exchange
  const header = (name: string) => {
    const value = message.headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  const packed = request.decompress && /^(?:x-)?gzip$/i.test(header('content-encoding') ?? '')
  const body = readBody(exchange)
  return {
    status: message.statusCode ?? 0,
    reason: message.statusMessage ?? '',
    header,
    get headers() {
      return pairs(message.rawHeaders)
    },
    body: packed ? (await import('./gunzip.ts')).gunzip(body) : body,
    close,
  }
}

/** Names and values by turns, as the parser gives them. */
function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!])
}

async function* readBody({ message, broken }: Exchange): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk as Uint8Array
  } catch (error) {
    throw brokenOff((error as { code?: string }).code)
  }
  if (!message.complete || (endsWithConnection(message) && broken())) throw brokenOff()
}

/** Such a body looks complete however the connection came to its end. */
function endsWithConnection({ headers }: IncomingMessage): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
}

function brokenOff(code = 'ECONNRESET'): HostError {
  return new HostError(code, 'the answer broke off')
}
