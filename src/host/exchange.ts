// One HTTP/1.1 exchange up to the head of its answer: connect to the first address that accepts,
// send, and wait. Loaded with node:http, and with node:https only where it is needed.

import type { ClientRequest, IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { limits } from '#spec/limits.ts'
import { HostError, type NetworkRequest } from './host.ts'

export interface Exchange {
  message: IncomingMessage
  /** Whether the connection failed or was ended by us after the head of the answer had come. */
  broken(): boolean
  close(): void
}

/** Throws HostError, also when the signal ends it. */
export async function openExchange(request: NetworkRequest): Promise<Exchange> {
  const start = (request.secure ? await import('node:https') : await import('node:http')).request
  const last = request.addresses.length - 1
  for (const [at, address] of request.addresses.entries()) {
    if (request.signal.aborted) break
    const sent = start(optionsFor(request, address))
    const attempt = await watch(sent, request, at < last)
    if ('message' in attempt) return attempt
    const { code, stage } = attempt
    // Who accepted may have acted on what was sent: nobody else is asked then.
    if (at === last || stage !== stages.connecting)
      throw new HostError(code, stage, formatTarget(address, request.port))
  }
  throw new HostError('ECANCELED', stages.connecting, request.addresses[0])
}

function optionsFor(request: NetworkRequest, address: string): RequestOptions {
  return {
    host: address,
    port: request.port,
    method: request.method,
    path: request.path,
    headers: request.headers.flat(),
    // A connection of its own, closed after the answer.
    agent: false,
    // The host is an address. Should it ever be taken for a name, nobody shall resolve it.
    lookup: (_name, _options, done) => done(new Error('names are not resolved here'), []),
    insecureHTTPParser: false,
    // Said here, since NODE_TLS_REJECT_UNAUTHORIZED would decide otherwise.
    rejectUnauthorized: true,
    // Without a name it is the address that the certificate must carry.
    servername: request.serverName ?? '',
  }
}

/** How far a request has come, as errors say it. */
const stages = {
  connecting: 'connect to',
  securing: 'agree on encryption with',
  asking: 'read the answer of',
} as const

interface FailedAttempt {
  code: string
  stage: (typeof stages)[keyof typeof stages]
}

/** Sends the request and follows it to the head of its answer or to its failure; never rejects. */
function watch(
  sent: ClientRequest,
  { body, secure, signal }: NetworkRequest,
  othersLeft: boolean,
): Promise<Exchange | FailedAttempt> {
  const { promise, resolve } = Promise.withResolvers<Exchange | FailedAttempt>()
  let stage: FailedAttempt['stage'] = stages.connecting
  let failed = false
  const close = () => void sent.destroy()
  const giveUp = (code: string) => {
    resolve({ code, stage })
    close()
  }
  const patience = othersLeft
    ? setTimeout(() => giveUp('ETIMEDOUT'), limits.connectAttemptMs)
    : undefined
  sent.on('socket', (socket) => {
    socket.on('connect', () => {
      clearTimeout(patience)
      stage = secure ? stages.securing : stages.asking
    })
    socket.on('secureConnect', () => (stage = stages.asking))
  })
  sent.on('response', (message) => {
    // Below 200 nothing is final, and some servers make numbers up.
    if ((message.statusCode ?? 0) < 200) giveUp('EPROTO')
    else resolve({ message, broken: () => failed || signal.aborted, close })
  })
  // The server wants to speak something else, although nobody asked for it.
  sent.on('upgrade', () => giveUp('EPROTO'))
  sent.on('error', (error) => {
    failed = true
    resolve({ code: (error as Coded).code ?? 'EPROTO', stage })
  })
  sent.on('close', () => {
    clearTimeout(patience)
    signal.removeEventListener('abort', close)
    resolve({ code: 'ECONNRESET', stage })
  })
  signal.addEventListener('abort', close)
  sent.end(body)
  return promise
}

type Coded = Error & { code?: string }

function formatTarget(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}
