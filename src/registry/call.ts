// Requests to registries whose answers are wanted whole: with a limit, and a second try where that
// harms nobody. What the answers mean is said in client.ts, how they travel in exchange.ts.

import { type Call, publicBase, type WireAnswer, type WireRequest } from '#core/package/wire.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'
import { type ExchangeAnswer, ExchangeError, openExchange, registryHint } from './exchange.ts'
import { join } from './gzip.ts'

/** Every call throws REGISTRY_ERROR when there is no whole answer. */
export function openCaller(clock: Clock): Call {
  return async (base, request) => {
    const tries = request.retry ? retryPausesMs.length : 0
    for (let tried = 0; ; tried++) {
      const last = tried === tries
      const answer = await attempt(base, request, clock, last)
      const pauseMs = answer === undefined ? 0 : pauseAfter(answer)
      if (answer && (last || pauseMs === undefined)) return answer
      await clock.sleep(Math.max(retryPausesMs[tried]!, pauseMs ?? 0), request.signal)
      if (request.signal?.aborted) throw failed(base, 'cancelled')
    }
  }
}

const retryPausesMs = [200, 1000]
const busyStatuses: readonly number[] = [429, 502, 503, 504]
const longestPauseMs = 30_000

/** How long a busy registry wants to be left alone; undefined when it is not busy. */
function pauseAfter({ status, header }: WireAnswer): number | undefined {
  if (!busyStatuses.includes(status)) return undefined
  const seconds = Number(header('retry-after') ?? 0)
  if (!(seconds >= 0)) return 0
  return seconds * 1000 <= longestPauseMs ? seconds * 1000 : undefined
}

/** Undefined when there was no answer, and this was not the last try. */
async function attempt(
  base: string,
  request: WireRequest,
  clock: Clock,
  last: boolean,
): Promise<WireAnswer | undefined> {
  try {
    const proven = request.prove ? await withProof(request, request.prove) : request
    const answer = await openExchange(base, proven, clock)
    const body = await readWhole(answer, request.maxBytes)
    return { status: answer.status, header: answer.header, body }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    if (!last && error.kind === 'unreachable' && !request.signal?.aborted) return undefined
    throw failed(base, error.message)
  }
}

async function withProof(request: WireRequest, prove: Prove): Promise<WireRequest> {
  return { ...request, headers: { ...request.headers, ...(await prove()) } }
}

type Prove = NonNullable<WireRequest['prove']>

function failed(base: string, why: string) {
  return fail('REGISTRY_ERROR', `registry ${publicBase(base)}: ${why}`, { hint: registryHint })
}

/** Of an answer that says no, the beginning is enough. Throws REGISTRY_ERROR for one too long. */
export async function readWhole(
  { body, ok }: ExchangeAnswer,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = ok ? maxBytes : limits.errorBodyBytes
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(length + chunk.length > most ? chunk.subarray(0, most - length) : chunk)
    length += chunk.length
    if (length <= most) continue
    if (!ok) return join(chunks, most)
    throw fail('REGISTRY_ERROR', `registry answer is larger than ${maxBytes} bytes`)
  }
  return join(chunks, length)
}
