// The trigger engine by itself in a home: real files, locks and an inbox; presses are told, not made,
// unless a test wants real ones.

import { openBunHost } from '#host/bun.ts'
import type { Clock, Host } from '#host/host.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { stores } from '#store/index.ts'
import type { EngineSettings, RunStart } from '#trigger/context.ts'
import { openTriggerEngine, type TriggerEngine } from '#trigger/engine.ts'
import type { WebhookAnswer, WebhookCall } from '#trigger/webhook.ts'
import type { Home } from './home.ts'

export interface Started {
  start: RunStart
  press?: PressRequest
  drawer?: DrawerRequest
}

export interface TestEngine extends TriggerEngine {
  /** Runs that were begun, in order. */
  runs: Started[]
  logged: string[]
  counted: string[]
  /** A POST to a path, as the host would hand it on. */
  post(path: string, changes?: Partial<Sent>): Promise<WebhookAnswer | undefined>
}

export interface Sent {
  method: string
  body: string
  query: string
  headers: Record<string, string>
  client: string
}

export interface EngineSetup {
  settings?: Partial<EngineSettings>
  host?: Partial<Host>
  clock?: Clock
  env?: Record<string, string>
  /** What pressing does; default: it goes well at once. */
  perform?: (started: Started) => Promise<object>
  instance?: string
  tooManyFailures?: () => boolean
}

let instances = 0

export async function engineOf(home: Home, setup: EngineSetup = {}): Promise<TestEngine> {
  const real = openBunHost()
  const host: Host = {
    ...real,
    env: home.env,
    cwd: home.cwd,
    ...(setup.clock && { clock: setup.clock }),
    ...setup.host,
  }
  host.files.makeDirectory(home.data, 0o700)
  const runs: Started[] = []
  const logged: string[] = []
  const counted: string[] = []
  const say = (message: string, fields = {}) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`)
  const perform = async (started: Started) => {
    runs.push(started)
    const result: object = (await setup.perform?.(started)) ?? {}
    return { status: 'ok', stderr: '', exit_code: 0, ...result } as unknown
  }
  const store = stores.files(host)
  await store.prepare()
  const engine = await openTriggerEngine({
    host,
    store,
    env: { ...home.env, ...setup.env },
    instance: setup.instance ?? `engine${++instances}`,
    settings: {
      listenOnly: false,
      triggers: true,
      scheduler: true,
      wakes: false,
      allowHttpButtons: false,
      maxRuns: 16,
      maxWebhookBody: 1000,
      inboxMax: 10_000,
      inboxMaxBytes: 2 ** 30,
      retainMs: 3_600_000,
      ...setup.settings,
    },
    press: async (start, press) => (await perform({ start, press })) as PressResult,
    pressDrawer: async (start, drawer) => (await perform({ start, drawer })) as DrawerResult,
    log: { debug: say, info: say, warn: say, error: say },
    observe: {
      delivery: (path, result) => void counted.push(`${path} ${result}`),
      committed: () => {},
      fired: (target) => void counted.push(`fired ${target.name}`),
      skippedFire: (target) => void counted.push(`skipped ${target.name}`),
      authFailed: (_, reason) => {
        counted.push(reason)
        return setup.tooManyFailures?.() ?? false
      },
      reloaded: () => void counted.push('reloaded'),
    },
  })
  return {
    ...engine,
    get scheduler() {
      return engine.scheduler
    },
    get shadowed() {
      return engine.shadowed
    },
    runs,
    logged,
    counted,
    post: async (path, changes = {}) => {
      const trigger = engine.findWebhook(path)
      return trigger && engine.receive(trigger, callOf(path, changes))
    },
  }
}

function callOf(path: string, changes: Partial<Sent>): WebhookCall {
  const { method = 'POST', body = '', query = '', headers = {}, client = '192.0.2.1' } = changes
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const bytes = new TextEncoder().encode(body)
  return {
    method,
    path,
    query,
    header: (name) => lower.find(([one]) => one === name.toLowerCase())?.[1],
    headers: lower,
    readBody: async (maxBytes) => {
      if (bytes.length > maxBytes) throw fail('BODY_TOO_LARGE', 'too large')
      return bytes
    },
    client,
  }
}

/** Writes a drawer's file into a home. */
export function writeDrawer(home: Home, name: string, file: Record<string, unknown>): void {
  const whole = { schema_version: 2, drawer_kind: 'action', name, steps: [], ...file }
  home.write(`data/drawers/${name}/drawer.json`, JSON.stringify(whole))
}

/** A drawer with one webhook. */
export function writeHook(
  home: Home,
  name: string,
  path: string,
  trigger: Record<string, unknown> = {},
): void {
  writeDrawer(home, name, { triggers: [{ kind: 'webhook', path, ...trigger }] })
}
