// The way of a request through the host: what is known about it, whether it may come in, the route
// that answers, and what is remembered of the answer.

import { Hono } from 'hono'
import { refuseForeign } from '#core/serve/guard.ts'
import { fail } from '#spec/errors.ts'
import type { HttpPeer } from '#host/host.ts'
import { answerApp } from './apps/answer.ts'
import { failureResponse } from './errors.ts'
import { collectFacts, type Facts } from './facts.ts'
import type { Hosting } from './hosting.ts'
import { admit } from './middleware/admit.ts'
import { notFound, wrongMethod } from './middleware/missing.ts'
import { remember } from './middleware/remember.ts'
import type { Call, Route } from './route.ts'
import { routesOf } from './routes/index.ts'

export type Handle = (request: Request, peer: HttpPeer) => Promise<Response>

interface Bindings {
  facts: Facts
}

type Router = Hono<{ Bindings: Bindings }>

export function makeApp(hosting: Hosting): Handle {
  const routes = routesOf(hosting)
  const doors: Doors = { router: makeRouter(routes, hosting), mayBeRoute: openMayBeRoute(routes) }
  const { clock } = hosting.machine
  return async (request, peer) => {
    const started = clock.monotonic()
    const facts = collectFacts(request, peer, hosting)
    const response = await respond(request, facts, doors, hosting)
    return remember(
      response,
      { request, facts, seconds: (clock.monotonic() - started) / 1000 },
      hosting,
    )
  }
}

interface Doors {
  router: Router
  /** False only for paths that no route answers. */
  mayBeRoute(canonicalPath: string): boolean
}

async function respond(
  request: Request,
  facts: Facts,
  { router, mayBeRoute }: Doors,
  hosting: Hosting,
): Promise<Response> {
  try {
    if (facts.canonicalPath === '')
      throw fail('BAD_REQUEST', 'Cannot read the path: its percent escapes are broken')
    checkOrigin(request, facts, hosting)
    // Webhooks come in floods, and the router would have nothing to say about them.
    if (request.method === 'POST' && !mayBeRoute(facts.canonicalPath)) {
      const call = { request, params: {}, facts }
      const answered = answerWebhook(call, hosting)
      if (answered) return await answered
    }
    return await router.fetch(request, { facts })
  } catch (error) {
    return failureResponse(error, facts.requestId, hosting.log)
  }
}

// With a key, whoever knows it may call from wherever they like; strangers see nothing to protect.
function checkOrigin(request: Request, { peer, surface }: Facts, { key }: Hosting): void {
  if (key || surface === 'public') return
  const { headers } = request
  const code = refuseForeign({
    host: headers.get('host') ?? '',
    peer: peer.address,
    header: (name) => headers.get(name),
  })
  if (code)
    throw fail(code, 'Cannot answer: without a key, only this machine itself may ask', {
      hint: 'Start the host with --api-key to let others in',
    })
}

// Words in braces are not looked at: whatever begins like such a path is left to the router.
function openMayBeRoute(routes: readonly Route[]): Doors['mayBeRoute'] {
  const whole = new Set(routes.map(({ path }) => path))
  const starts = routes.flatMap(({ path }) => (path.includes('{') ? [path.split('{')[0]!] : []))
  const beginnings = [...new Set(starts)]
  return (path) => whole.has(path) || beginnings.some((start) => path.startsWith(start))
}

function makeRouter(routes: readonly Route[], hosting: Hosting): Router {
  const router: Router = new Hono<{ Bindings: Bindings }>({
    getPath: (_, options) => (options!.env as Bindings).facts.canonicalPath,
  })
  router.onError((error, c) => failureResponse(error, c.env.facts.requestId, hosting.log))
  for (const route of routes) {
    const path = patternOf(route.path)
    const serve = (c: { req: { raw: Request; param(): Record<string, string> }; env: Bindings }) =>
      answer(route, { request: c.req.raw, params: c.req.param(), facts: c.env.facts }, hosting)
    if (route.method === 'ANY') router.all(path, serve)
    else router.on(route.method, path, serve)
  }
  for (const [path, { allowed, route }] of groupByPath(routes))
    router.all(patternOf(path), (c) => wrongMethod(route, allowed, c.env.facts, hosting))
  router.all('*', (c) =>
    answerOthers({ request: c.req.raw, params: {}, facts: c.env.facts }, hosting),
  )
  return router
}

function answer(route: Route, call: Call, hosting: Hosting): Response | Promise<Response> {
  const { facts, request } = call
  const refused = admit(route, request, facts, hosting)
  if (refused) return refused
  facts.route = route.path
  if (route.idleSeconds !== undefined) facts.peer.setIdle(route.idleSeconds)
  return route.handle(call)
}

// Paths of webhooks come and go while the host runs, so they are no routes of the router.
function answerOthers(call: Call, hosting: Hosting): Response | Promise<Response> {
  const webhook = answerWebhook(call, hosting)
  if (webhook) return webhook
  const { parts, role } = hosting
  const app = role === 'serve' ? answerApp(call, hosting) : undefined
  return app ?? parts.fallback?.(call) ?? notFound(call.facts)
}

function answerWebhook(call: Call, { parts }: Hosting): Response | Promise<Response> | undefined {
  const webhook = parts.findWebhook(call.facts.path)
  if (!webhook) return undefined
  call.facts.route = webhook.path
  return webhook.handle(call)
}

/** `/api/buttons/{name}` as the router writes it. */
function patternOf(path: string): string {
  return path.replace(/\/\{\w+\}\*$/, '/*').replace(/\{(\w+)\}/g, ':$1')
}

function groupByPath(routes: readonly Route[]): Map<string, { allowed: string[]; route: Route }> {
  const groups = new Map<string, { allowed: string[]; route: Route }>()
  for (const route of routes) {
    const group = groups.get(route.path) ?? { allowed: [], route }
    group.allowed.push(...(route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
    groups.set(route.path, group)
  }
  return groups
}
