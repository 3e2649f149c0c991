// A running host: opened, listening, and stopped without losing what it does (serve.md 9.13).

import { makeApiKey } from '#core/serve/apiKey.ts'
import { hostnameOf } from '#core/serve/loopback.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { classicEndpoints, type ServeSettings, type ServeStarted } from '#spec/serve.ts'
import type { Environment } from '#spec/env.ts'
import type { HttpServer } from '#host/host.ts'
import type { App } from '../app.ts'
import { makeApp } from './app.ts'
import { openAudit } from './audit.ts'
import { type Binding, listen, planBinding } from './bind.ts'
import { countPerMinute } from './counts.ts'
import { countFailedLogins } from './failedLogins.ts'
import { openGate } from './gate.ts'
import type { Hosting, HostRole } from './hosting.ts'
import { openLiveRuns } from './live/runs.ts'
import { openLog } from './log.ts'
import { openMetrics } from './metrics/metrics.ts'
import { openParts } from './openParts.ts'
import { noParts } from './parts.ts'
import { watchQuiet } from './quiet.ts'
import { settleSoon } from './settle.ts'
import { stopHost } from './stop.ts'

export interface ServeRequest {
  settings: ServeSettings
  role: HostRole
  /** Log lines as JSON. */
  json: boolean
  /** As the process was started, secrets included. */
  env: Environment
}

export interface Serving {
  readonly started: ServeStarted
  /** The same as it stands now. */
  now(): ServeStarted
  /** Begins what the host does by itself; call it once `started` has been told. */
  begin(): Promise<void>
  /** Makes an app ready now; what keeps it from that is told in the log. */
  openApp(name: string): Promise<void>
  /** Stops: waits for what runs up to the drain time, or until `hurry` aborts. */
  stop(hurry: AbortSignal): Promise<void>
}

/**
 * Starts a host; it listens when this resolves. `app` presses with an environment without our own
 * secrets. Throws VALIDATION_ERROR for a place that needs a key, STORAGE_ERROR for unreadable
 * batteries, INTERNAL_ERROR when it cannot listen.
 */
export async function startHost(request: ServeRequest, app: App): Promise<Serving> {
  const { settings } = request
  const key = await findKey(request, app)
  if (settings['expose-api'] && !key)
    throw fail('VALIDATION_ERROR', 'Cannot expose the API without a key')
  const binding = await planBinding(settings, key !== undefined, app.host)
  const hosting = await openHosting(request, app, key, binding)
  hosting.parts = await openParts(hosting)
  const { server, address } = await listenFor(hosting, binding)
  hosting.audit.record({ actor: 'anonymous', action: 'start', target: address, status: 'ok' })
  let stopAdopting = () => {}
  return {
    started: describeStart(hosting, address),
    now: () => describeStart(hosting, address),
    begin: async () => {
      await hosting.parts.start(address)
      if (settings.resume) stopAdopting = await adopt(hosting)
    },
    openApp: async (name) => {
      try {
        await (await hosting.apps.open()).open(name)
      } catch (error) {
        hosting.log.error((error as Error).message, { app: name })
      }
    },
    stop: (hurry) => {
      stopAdopting()
      return stopHost(hosting, server, hurry)
    },
  }
}

async function adopt(hosting: Hosting): Promise<() => void> {
  const { adoptRuns } = await import('./adopt.ts')
  return adoptRuns(hosting).stop
}

// A file of batteries that cannot be read must not leave the host without the key it holds (D13).
async function findKey({ settings, env }: ServeRequest, app: App) {
  const { API_KEY: battery } = await (await app.store()).batteries.effective()
  const key = settings['api-key'] || battery || env['BUTTONS_API_KEY']
  return key ? makeApiKey(key) : undefined
}

async function openHosting(
  { settings, role, json, env }: ServeRequest,
  app: App,
  key: Hosting['key'],
  { local, loopback }: Pick<Binding, 'local' | 'loopback'>,
): Promise<Hosting> {
  const machine = app.host
  const { clock, platform } = machine
  const store = await app.store()
  const log = openLog(machine, { level: settings['log-level'], json })
  const runs = openLiveRuns(clock)
  const settle = settleSoon(store, clock)
  const quiet = watchQuiet(machine)
  const hosting: Hosting = {
    app,
    machine,
    store,
    settings,
    env,
    instance: Buffer.from(machine.random.bytes(8)).toString('hex'),
    role,
    key,
    local,
    loopback,
    log,
    audit: openAudit(machine, store.place.dataDirectory, log),
    metrics: openMetrics({
      clock,
      platform,
      running: runs.list,
      shadowed: () => hosting.parts.status().shadowed.length,
    }),
    gate: openGate({ places: settings['max-presses'], line: settings['max-waiting'] }, clock),
    runs,
    failedLogins: countFailedLogins(clock),
    rate:
      settings['rate-limit'] > 0
        ? { limit: settings['rate-limit'], counts: countPerMinute(clock) }
        : undefined,
    publicHosts: settings['public-host'].map(hostnameOf),
    apps: holdApps(app, log),
    parts: noParts,
    draining: false,
    settleSoon: () => {
      settle()
      quiet.stir()
    },
    quiet,
    dropSpares: await store.keepSpares(),
  }
  return hosting
}

function holdApps(app: App, log: Hosting['log']): Hosting['apps'] {
  let opened: ReturnType<App['hostedApps']> | undefined
  return {
    open: () => (opened ??= app.hostedApps((name, text) => log.info(text, { app: name }))),
    close: async () => (await opened)?.close(),
  }
}

async function listenFor(
  hosting: Hosting,
  binding: Awaited<ReturnType<typeof planBinding>>,
): Promise<{ server: HttpServer; address: string }> {
  const handle = makeApp(hosting)
  const { machine, settings, parts } = hosting
  try {
    const rest = { idleSeconds: limits.hostIdleSeconds, maxBodyBytes: limits.hostBodyBytes, handle }
    return await listen(binding, settings, rest, machine)
  } catch (error) {
    hosting.quiet.end()
    await parts.close()
    throw error
  }
}

function describeStart(
  { key, instance, settings, parts, role }: Hosting,
  addr: string,
): ServeStarted {
  const { webhookRoutes, publicBase, routes, shadowed, scheduler } = parts.status()
  return {
    addr,
    auth: key !== undefined,
    triggers_enabled: !settings['no-triggers'],
    webhook_routes: webhookRoutes,
    endpoints: role === 'serve' ? classicEndpoints : [],
    instance,
    public_base: publicBase,
    routes,
    shadowed,
    scheduler,
  }
}
