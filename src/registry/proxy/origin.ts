// Asking the origin: with our keys, never with those of clients, so many requests at a time, and with
// a mark by which a circle of proxies is noticed. What it refuses is said in our words.

import { viaMark } from '#core/package/via.ts'
import { publicBase, readProblem } from '#core/package/wire.ts'
import { type Failure, fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { readWhole } from '../call.ts'
import {
  type ExchangeAnswer,
  ExchangeError,
  type ExchangeRequest,
  openExchange,
} from '../exchange.ts'
import { openLimit } from '../limit.ts'
import type { ProxyContext, ProxySource } from './context.ts'

export interface OriginRequest extends Omit<ExchangeRequest, 'timeoutMs'> {
  /** Which of our keys goes with it. */
  as: 'reader' | 'writer' | 'nobody'
}

export interface Origin {
  /**
   * Asks, and reads the answer by `read` while it holds one of the places. Throws
   * REGISTRY_UNREACHABLE, REGISTRY_TIMEOUT, CANCELLED, REGISTRY_ERROR, and BUSY when too many wait.
   */
  ask<T>(request: OriginRequest, read: (answer: ExchangeAnswer) => Promise<T>): Promise<T>
  /** Ends what is still being asked. */
  close(): void
}

export function openOrigin({ clock, source }: ProxyContext): Origin {
  const limit = openLimit(limits.proxyRequests)
  const closing = new AbortController()
  let asked = 0
  const exchange = async <T>(request: OriginRequest, read: Parameters<Origin['ask']>[1]) => {
    const { base, ...keys } = await source()
    const { signal: caller } = request
    const signal = caller ? AbortSignal.any([caller, closing.signal]) : closing.signal
    const headers = headersFor(request, keys)
    const sent = { ...request, headers, signal, timeoutMs: limits.proxyTimeoutMs }
    try {
      return (await read(await openExchange(base, sent, clock))) as T
    } catch (error) {
      throw error instanceof ExchangeError ? translate(error, base) : error
    }
  }
  return {
    ask: async <T>(request: OriginRequest, read: (answer: ExchangeAnswer) => Promise<T>) => {
      if (asked >= limits.proxyRequests + limits.proxyWaiting)
        throw fail('BUSY', 'Cannot ask the origin: too many requests wait for it')
      asked++
      try {
        return await limit(() => exchange<T>(request, read))
      } finally {
        asked--
      }
    },
    close: () => closing.abort(),
  }
}

function headersFor(
  { as, headers }: OriginRequest,
  { readKey, writeKey }: Pick<ProxySource, 'readKey' | 'writeKey'>,
): Record<string, string> {
  const key = { reader: readKey, writer: writeKey, nobody: '' }[as]
  return {
    Accept: 'application/json',
    ...headers,
    ...(key !== '' && { Authorization: `Bearer ${key}` }),
    Via: viaMark,
  }
}

const codes = {
  unreachable: 'REGISTRY_UNREACHABLE',
  timeout: 'REGISTRY_TIMEOUT',
  cancelled: 'CANCELLED',
} as const

function translate({ kind, message }: ExchangeError, base: string): Failure {
  return fail(codes[kind], `Cannot reach the origin ${publicBase(base)}: ${message}`)
}

/** What an answer that is not the wanted one means for our client. */
export async function refusalOf(answer: ExchangeAnswer, what: string): Promise<Failure> {
  const { status } = answer
  const body = await readWhole(answer, limits.errorBodyBytes)
  const { message } = readProblem({ status, body })
  return judge(status, what, message)
}

/** The same without its text. */
export function judge(status: number, what: string, said = ''): Failure {
  const [code, why] = meanings[status] ?? (['REGISTRY_ERROR', 'the origin'] as const)
  const text = [String(status), said].filter(Boolean).join(' ')
  return fail(code, `Cannot answer ${what}: ${why} answered ${text}`)
}

const keyRefused = [
  'ORIGIN_AUTH',
  "it is not your key that is wrong but this host's, the origin",
] as const
const meanings: Readonly<Record<number, readonly ['ORIGIN_AUTH' | 'NOT_FOUND' | 'LOOP', string]>> =
  {
    401: keyRefused,
    403: keyRefused,
    404: ['NOT_FOUND', 'the origin'],
    508: ['LOOP', 'the origin is a proxy itself, and'],
  }
