// A running host in this process: real sockets on a free port, real files, real children.

import { afterAll } from 'bun:test'
import { readServeSettings } from '#core/serve/settings.ts'
import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import type { Serving } from '#serve/serve.ts'
import type { ServeStarted } from '#spec/serve.ts'
import { createApp } from '../../src/app.ts'
import type { Home } from './home.ts'

export interface TestHost {
  /** `http://127.0.0.1:PORT` */
  origin: string
  started: ServeStarted
  /** Lines of the log so far, parsed. */
  log(): Record<string, unknown>[]
  /** Asks for a path; the answer's body is parsed when it is JSON. */
  ask(path: string, init?: RequestInit): Promise<Asked>
  /** Presses a button with a JSON body. */
  press(name: string, body?: unknown, init?: RequestInit): Promise<Asked>
  /** Stops as a signal would; `hurry` as a second one. */
  stop(hurry?: AbortSignal): Promise<void>
}

export interface Asked {
  status: number
  headers: Headers
  text: string
  // Tests say what they expect; the compiler need not.
  body: ReturnType<typeof JSON.parse>
}

const open = new Set<Serving>()
afterAll(async () => {
  await Promise.all([...open].map((serving) => serving.stop(AbortSignal.abort())))
})

/** Starts a host over a home, with flags as the command line gives them. */
export async function serveHome(
  home: Home,
  flags: Record<string, unknown> = {},
  changes: Partial<Host> = {},
): Promise<TestHost> {
  let stderr = ''
  const real = openBunHost()
  const host: Host = {
    ...real,
    env: home.env,
    cwd: home.cwd,
    terminal: {
      ...real.terminal,
      writeError: (text) => void (stderr += typeof text === 'string' ? text : decode(text)),
      offerError: (bytes) => {
        stderr += decode(bytes)
        return bytes.length
      },
    },
    ...changes,
  }
  const settings = readServeSettings({ port: '0', drain: '0s', ...flags }, home.env)
  const serving = await createApp(host).serve({ settings, role: 'serve', json: true })
  open.add(serving)
  await serving.begin()
  const { started } = serving
  const origin = `${flags['tls-cert'] ? 'https' : 'http'}://${started.addr}`
  const ask: TestHost['ask'] = async (path, init) =>
    toAsked(await fetch(`${origin}${path}`, { ...init, keepalive: false }))
  return {
    origin,
    started,
    log: () =>
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    ask,
    press: (name, body = {}, init) =>
      ask(`/api/buttons/${name}/press`, { method: 'POST', body: JSON.stringify(body), ...init }),
    stop: async (hurry = new AbortController().signal) => {
      open.delete(serving)
      await serving.stop(hurry)
    },
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

async function toAsked(response: Response): Promise<Asked> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  }
}
