// "A version was published": a registry wakes this host, which then updates as `buttons update` does
// (serve.md 6). What comes while an update runs makes one further update, however much it is.

import { sameSecret } from '#core/webhook/auth/compare.ts'
import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { callerOf } from './audit.ts'
import { readBytes } from './body.ts'
import type { Hosting } from './hosting.ts'
import type { Call, Route } from './route.ts'

export function wakeRoute(hosting: Hosting): Route {
  const update = joinUpdates(() => updateAll(hosting))
  return {
    method: 'ANY',
    path: '/wake',
    auth: 'none',
    surface: 'both',
    handle: (call) => answer(call, update, hosting),
  }
}

/** From the environment, a battery, or what the registry gave this device; '' without one. */
export async function findWakeToken({
  env,
  store,
}: Pick<Hosting, 'env' | 'store'>): Promise<string> {
  const given = env['BUTTONS_BAT_WAKE_TOKEN']
  if (given) return given
  const { WAKE_TOKEN: battery } = await store.batteries.effective()
  return battery || (await store.device.read())?.wake_token || ''
}

async function answer(
  call: Call,
  update: () => Promise<void>,
  hosting: Hosting,
): Promise<Response> {
  const { request } = call
  if (request.method !== 'POST') return status(405, '', { Allow: 'POST' })
  if (!(await isKnown(request.headers.get('authorization') ?? '', hosting))) return status(401)
  const event = await readEvent(call, hosting)
  if (!event) return status(400)
  if (event.type !== 'button.version_published') return status(202)
  hosting.audit.record({
    ...callerOf(call.facts),
    actor: 'trigger:wake',
    action: 'wake',
    status: 'accepted',
  })
  return waitFor(update(), hosting)
}

// Exactly two words; an empty token never matches.
async function isKnown(authorization: string, hosting: Hosting): Promise<boolean> {
  const given = /^bearer (\S+)$/i.exec(authorization)?.[1]
  const token = await findWakeToken(hosting)
  return given !== undefined && token !== '' && sameSecret(given, token)
}

async function readEvent(
  { request }: Call,
  { machine }: Hosting,
): Promise<{ type?: unknown } | undefined> {
  try {
    const bytes = await readBytes(request, limits.wakeBytes, machine.clock)
    const event: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof event === 'object' && event !== null ? event : undefined
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return undefined
    throw error
  }
}

// The sender does not wait for ever: what takes longer goes on without it.
async function waitFor(updated: Promise<void>, { machine, log }: Hosting): Promise<Response> {
  const done = updated.then(
    () => status(202),
    (error: unknown) => {
      log.error('Cannot update after a wake', { why: (error as Error).message })
      return status(500, (error as Error).message)
    },
  )
  const patience = new AbortController()
  const later = machine.clock.sleep(limits.wakeMs, patience.signal).then(() => status(202))
  const first = await Promise.race([done, later])
  patience.abort()
  return first
}

async function updateAll({ app, log }: Hosting): Promise<void> {
  const packages = await app.packages((message) => log.warn(message))
  const done = await packages.update({
    waitMs: limits.wakeMs,
    acceptNewPublisher: false,
    // What wants to do more than before waits for somebody who agrees to it.
    agree: async () => false,
  })
  log.info('Updated after a wake', { updated_binary: done.updated_binary })
}

/** One update at a time, and at most one that waits: it will see everything published by then. */
export function joinUpdates(update: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    const mine = update().finally(() => {
      if (running === mine) running = undefined
    })
    return (running = mine)
  }
  return () => {
    if (!running) return begin()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined
        return begin()
      })
    return next
  }
}

function status(code: number, text = '', headers: Record<string, string> = {}): Response {
  return new Response(text === '' ? null : text, { status: code, headers })
}
