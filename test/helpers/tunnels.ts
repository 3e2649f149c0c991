// A cloudflared that is a script, and an outside world that leads back to this machine.

import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import type { TunnelContext } from '#identity/tunnel/context.ts'
import { stores } from '#store/index.ts'
import type { Home } from './home.ts'

export interface FakeWorld {
  context: TunnelContext
  /** What cloudflared was called with, one line each. */
  calls(): string[]
  /** Requests that went outside, `METHOD url`. */
  asked: string[]
}

type Answer = (url: URL, init: RequestInit) => Response | Promise<Response> | undefined

/** Puts a cloudflared into the PATH of a home that does what `script` says. */
export function putCloudflared(home: Home, script: string): void {
  const head = `#!/bin/sh\necho "$* token=$TUNNEL_TOKEN" >> "${home.root}/calls"\n`
  home.write('bin/cloudflared', head + script, 0o700)
  home.env['PATH'] = `${home.root}/bin:${home.env['PATH']}`
}

/** Requests go where `answer` says, else to the local address that cloudflared was given. */
export async function fakeWorld(
  home: Home,
  answer: Answer = () => undefined,
  changes: Partial<Host> = {},
): Promise<FakeWorld> {
  const host: Host = { ...openBunHost(), env: home.env, cwd: home.cwd, ...changes }
  const store = stores.files(host)
  await store.prepare()
  const asked: string[] = []
  const calls = () => {
    try {
      return home.read('calls').split('\n').filter(Boolean)
    } catch {
      return []
    }
  }
  const ask: TunnelContext['ask'] = async (text, init) => {
    const url = new URL(text)
    asked.push(`${init.method ?? 'GET'} ${text}`)
    const told = await answer(url, init)
    if (told) return told
    const local = calls()
      .map((line) => /--url (\S+)/.exec(line)?.[1])
      .findLast(Boolean)
    return fetch(`${local}${url.pathname}`, init)
  }
  return { context: { host, store, ask }, calls, asked }
}

/** Says where it is and stays, as long as nobody ends it. */
export const quickScript = `echo "INF |  https://quiet-words.trycloudflare.com  |" >&2
exec sleep 60`
