// Trying the tunnel: a listener of our own, a request through the outside, and what arrived.

import { formatTime } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import type { TunnelContext } from './context.ts'
import { startTunnel } from './start.ts'
import { verifyAddress } from './verify.ts'

export interface TunnelTest {
  mode: 'quick' | 'named'
  url: string
  correlation: string
  received_at: string
  body: unknown
}

const wholeMs = 90_000
const deliveryMs = 60_000
const sendMs = 10_000
const mostBytes = 1024 * 1024

/** Throws WEBHOOK_ERROR. */
export async function testTunnel(stop: AbortSignal, context: TunnelContext): Promise<TunnelTest> {
  const { host, store, ask } = context
  const signal = AbortSignal.any([stop, AbortSignal.timeout(wholeMs)])
  const token = host.random.bytes(16).toHex()
  const correlation = host.random.bytes(16).toHex()
  const arrived = Promise.withResolvers<{ received_at: string; body: unknown }>()
  const server = await host.servers.listen({
    where: { kind: 'port', hostname: '127.0.0.1', port: 0 },
    idleSeconds: 30,
    maxBodyBytes: mostBytes,
    handle: async (request) => {
      const path = new URL(request.url).pathname
      if (path === '/healthz') return Response.json({ ok: true, token })
      const id = /^\/webhook\/([^/]+)$/.exec(path)?.[1]
      if (id === undefined) return Response.json({ ok: false, error: 'bad_path' }, { status: 400 })
      const text = await request.text()
      if (id === correlation)
        arrived.resolve({ received_at: formatTime(host.clock.now()), body: parse(text) })
      return Response.json({ ok: true })
    },
  })
  try {
    const config = await store.tunnel.read()
    const localUrl = `http://127.0.0.1:${server.port}`
    const tunnel = await startTunnel(config, localUrl, signal, context)
    try {
      await verifyAddress(tunnel.url, token, signal, context)
      const url = `${tunnel.url}/webhook/${correlation}`
      // Whatever it answers: only what arrives counts.
      const sent = ask(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ hello: 'from buttons webhook test' }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(sendMs)]),
      }).catch(() => undefined)
      const event = await waitFor(arrived.promise, signal, context)
      await sent
      return { mode: config.mode, url, correlation, ...event }
    } finally {
      await tunnel.stop()
    }
  } finally {
    await server.cut()
  }
}

async function waitFor<T>(
  event: Promise<T>,
  signal: AbortSignal,
  { host }: TunnelContext,
): Promise<T> {
  const patience = new AbortController()
  const late = host.clock
    .sleep(deliveryMs, AbortSignal.any([signal, patience.signal]))
    .then(() => undefined)
  const first = await Promise.race([event, late])
  patience.abort()
  if (first !== undefined) return first
  throw fail('WEBHOOK_ERROR', 'Cannot reach this machine: the request did not arrive')
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
