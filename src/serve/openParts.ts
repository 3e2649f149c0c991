// Opens what lives in the host beside the REST API: webhooks with their inbox, schedules, watches.

import type { PublishedRoute, ShadowedRoute } from '#spec/serve.ts'
import type { HostedTrigger } from '#core/trigger/hosted.ts'
import type { TriggerEngine } from '#trigger/engine.ts'
import { webhookHint } from '#core/webhook/hint.ts'
import { json } from './answer.ts'
import { answerWebhook } from './hooks.ts'
import type { Hosting } from './hosting.ts'
import { openTriggerMetrics } from './metrics/triggers.ts'
import { notFound } from './middleware/missing.ts'
import type { HostParts, OpenParts, PartsStatus, WebhookRoute } from './parts.ts'
import { performDrawer, performPress } from './perform.ts'
import { openRegistryParts } from './registry/parts.ts'
import { type HostTunnel, openTunnel } from './tunnel.ts'
import { findWakeToken, wakeRoute } from './wake.ts'
import type { Call, Route } from './route.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { triggerRoutes } from './routes/triggers.ts'

export const openParts: OpenParts = async (hosting) => {
  const { app, machine, store, settings, env, instance, role, log } = hosting
  const metrics = openTriggerMetrics(hosting)
  const listens = role === 'listen'
  // A drawer of an older release may have the path, as long as nobody else needs it.
  const wakes = !listens || (await findWakeToken(hosting)) !== ''
  const engine = await app.triggerEngine({
    host: machine,
    store,
    env,
    instance,
    settings: {
      listenOnly: listens,
      triggers: !settings['no-triggers'],
      scheduler: !listens && !settings['no-scheduler'],
      wakes,
      allowHttpButtons: settings['allow-http-buttons'],
      maxRuns: settings['max-runs'],
      maxWebhookBody: settings['max-webhook-body'],
      inboxMax: settings['inbox-max'],
      inboxMaxBytes: settings['inbox-max-bytes'],
      retainMs: settings.retain,
    },
    press: (start, request) => performPress(start, request, hosting),
    pressDrawer: (start, request) => performDrawer(start, request, hosting),
    log,
    observe: metrics.observe,
  })
  const registry = listens ? undefined : await openRegistryParts(hosting)
  const token = machine.random.bytes(16).toHex()
  const tunnel = await openTunnel(token, hosting)
  const named = await store.publicHost()
  const status = describeState({ engine, token, tunnel, named }, hosting)
  const parts: HostParts = {
    routes: [
      ...(wakes ? [wakeRoute(hosting)] : []),
      ...(listens
        ? [healthRoute(token)]
        : [...deliveryRoutes(hosting, engine), ...triggerRoutes(engine)]),
      ...(registry?.routes ?? []),
    ],
    findWebhook: (path) => findRoute(path, engine, hosting),
    accept: ({ runId, kind, name, plan }) => engine.accept({ runId, target: { kind, name }, plan }),
    findAccepted: engine.deliveries.findByRun,
    listAccepted: engine.deliveries.listPromised,
    withdraw: engine.withdraw,
    start: async (address) => {
      await engine.start(address)
      registry?.start(address)
      await tunnel?.start(address)
    },
    drain: async (signal) => {
      await Promise.all([engine.drain(signal), registry?.drain(signal)])
    },
    close: async () => {
      await tunnel?.stop()
      await registry?.close()
      await engine.close()
    },
    status: () => status,
    metrics: () => metrics.render(engine) + (tunnel?.metrics() ?? '') + (registry?.metrics() ?? ''),
  }
  return listens ? { ...parts, fallback: answerAnywhere } : parts
}

function findRoute(
  path: string,
  engine: TriggerEngine,
  hosting: Hosting,
): WebhookRoute | undefined {
  const trigger = engine.findWebhook(path)
  if (!trigger) return undefined
  return {
    path: trigger.path,
    handle: (call) => answerWebhook(trigger, call, engine, hosting),
  }
}

interface Described {
  engine: TriggerEngine
  token: string
  tunnel: HostTunnel | undefined
  /** Host name of the named tunnel, whoever runs it. */
  named: string
}

// One object for the life of the host, since every request asks for it.
function describeState(
  { engine, token, tunnel, named }: Described,
  { role, settings }: Hosting,
): PartsStatus {
  const base = () => (tunnel?.up ? tunnel.url : '')
  const always = named === '' ? [] : [named.toLowerCase()]
  return {
    get webhookRoutes() {
      return engine.webhooks.length
    },
    get publicBase() {
      return base()
    },
    get routes() {
      return engine.webhooks.map((trigger) => describeRoute(trigger, base()))
    },
    get shadowed() {
      return engine.shadowed.map(({ trigger, why }) => ({ ...nameOf(trigger), why }))
    },
    get scheduler() {
      return engine.scheduler
    },
    get checks() {
      return {
        inbox: canRead(engine),
        scheduler: engine.scheduler !== 'off' || !schedules(settings),
        ...(tunnel && { tunnel: tunnel.up }),
      }
    },
    // Whoever verifies our address asks for it; nobody else has a use for it.
    ...((role === 'listen' || tunnel) && { healthToken: token }),
    get publicHosts() {
      return tunnel?.url ? [...always, tunnel.url.slice('https://'.length)] : always
    },
    get tunnelRunning() {
      return tunnel?.up === true
    },
  }
}

function describeRoute(trigger: HostedTrigger, base: string): PublishedRoute {
  const auth_type = trigger.settings.auth?.type || (trigger.token === undefined ? 'none' : 'token')
  return { ...nameOf(trigger), auth_type, url: base && base + trigger.path }
}

function nameOf({ path, target }: HostedTrigger): Omit<ShadowedRoute, 'why'> {
  return { path, kind: target.kind, target: target.name }
}

function schedules(settings: Hosting['settings']): boolean {
  return !settings['no-triggers'] && !settings['no-scheduler']
}

function canRead(engine: TriggerEngine): boolean {
  try {
    engine.stats()
    return true
  } catch {
    return false
  }
}

// A listener answers its health at any method, as older ones do.
function healthRoute(token: string): Route {
  return {
    method: 'ANY',
    path: '/healthz',
    auth: 'none',
    surface: 'both',
    handle: () => json({ ok: true, token }),
  }
}

// Whoever opens some address of a listener sees that it is there (serve.md 4.4).
function answerAnywhere({ request, facts }: Call): Response {
  if (request.method === 'GET') return json({ ok: true, message: webhookHint })
  if (request.method === 'POST') return notFound(facts)
  return json({ ok: false, error: 'method_not_allowed' }, 405, { Allow: 'GET, POST' })
}
