// Whether a public address leads to this very process: its health tells a token nobody else knows.

import { fail } from '#spec/errors.ts'
import type { TunnelContext } from './context.ts'

const pausesMs = [500, 1000, 2000, 4000]
const tryMs = 5000
const patienceMs = 180_000
const mostBytes = 4096

/** Resolves once it does. Throws WEBHOOK_ERROR after three minutes, or when the signal aborts. */
export async function verifyAddress(
  url: string,
  token: string,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<void> {
  const { clock } = context.host
  const start = clock.monotonic()
  for (let tries = 0; !signal.aborted; tries++) {
    if (await leadsHere(url, token, signal, context)) return
    const pauseMs = pausesMs[Math.min(tries, pausesMs.length - 1)]!
    if (clock.monotonic() + pauseMs - start > patienceMs) break
    await clock.sleep(pauseMs, signal)
  }
  throw fail('WEBHOOK_ERROR', `Cannot reach this machine at ${url}`, {
    hint: 'Its DNS record may be new, or lead elsewhere; try again in a minute',
  })
}

async function leadsHere(
  url: string,
  token: string,
  signal: AbortSignal,
  { ask }: TunnelContext,
): Promise<boolean> {
  try {
    const answer = await ask(`${url}/healthz`, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]),
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      return false
    }
    const text = await readStart(answer)
    return (JSON.parse(text) as { token?: unknown }).token === token
  } catch {
    return false
  }
}

async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  if (!body) return text
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > mostBytes) break
  }
  return text.slice(0, mostBytes)
}
