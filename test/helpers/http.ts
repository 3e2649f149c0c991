// Pressing an HTTP button in-process, with a resolver under the test's control.

import type { Network } from '#host/host.ts'
import { network } from '#host/network.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult, Run } from '#spec/run.ts'
import { openEngine } from './engine.ts'
import { homeWith, type Home } from './home.ts'
import { type Answer, serve, type TestServer } from './servers.ts'

export interface HttpPress extends Partial<PressRequest> {
  /** Instead of the machine's own. */
  network?: Network
  env?: Record<string, string>
  batteries?: Record<string, string>
}

export interface HttpPressed {
  home: Home
  result: PressResult
  /** What was recorded. */
  run: Run
}

/** Presses a button with this spec; private networks are allowed unless the spec says otherwise. */
export async function pressHttp(
  spec: Record<string, unknown>,
  { network: replaced, env, batteries = {}, ...request }: HttpPress = {},
): Promise<HttpPressed> {
  const button = { runtime: 'http', allow_private_networks: true, ...spec }
  const home = homeWith({ buttons: { ask: { spec: button } } })
  if (Object.keys(batteries).length > 0)
    home.write('data/batteries.json', JSON.stringify({ schema_version: 1, batteries }))
  Object.assign(home.env, env)
  const engine = openEngine(home, replaced ? { network: replaced } : {})
  const result = await engine.press({ name: 'ask', ...request })
  const [run] = await engine.store.runs.list({ target: { kind: 'button', name: 'ask' } })
  return { home, result, run: run! }
}

/** Presses a button whose URL is that of a server with this answer. */
export async function pressAt(
  answer: Answer,
  spec: Record<string, unknown> = {},
  press: HttpPress = {},
): Promise<HttpPressed & { server: TestServer }> {
  const server = await serve(answer)
  return { ...(await pressHttp({ url: `${server.origin}/`, ...spec }, press)), server }
}

export interface FakeNames extends Network {
  /** Every name that was asked for, in order. */
  asked: string[]
  /** The addresses of every request that was sent, in order. */
  connected: (readonly string[])[]
}

/**
 * A network in which names mean what `answers` says: one list for good, or a list per question.
 * Whatever address a request then goes to, it arrives on loopback.
 */
export function fakeNames(answers: Record<string, string[] | string[][]>): FakeNames {
  const asked: string[] = []
  const connected: (readonly string[])[] = []
  return {
    ...network,
    asked,
    connected,
    lookup: async (host) => {
      const given = answers[host] ?? []
      const times = asked.filter((name) => name === host).length
      asked.push(host)
      return given.every((item) => typeof item === 'string')
        ? given
        : (given[Math.min(times, given.length - 1)] as string[])
    },
    request: (request) => {
      connected.push(request.addresses)
      return network.request({ ...request, addresses: ['127.0.0.1'] })
    },
  }
}
