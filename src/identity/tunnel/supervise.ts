// Keeping a tunnel up for as long as a host runs: started, verified, and started again when it ends.

import { fail } from '#spec/errors.ts'
import { quickTunnel, type TunnelConfig } from '#spec/tunnel.ts'
import type { TunnelContext } from './context.ts'
import { type StartedTunnel, startTunnel } from './start.ts'
import { verifyAddress } from './verify.ts'

export interface TunnelRequest {
  mode: 'quick' | 'named' | 'auto'
  /** `http://127.0.0.1:8080` */
  localUrl: string
  /** What our own health says. */
  token: string
  /** Hears when it came up, and why it went down. */
  tell(message: string, why?: string): void
}

export interface SupervisedTunnel {
  /** `https://…` once it is known, else ''. */
  readonly url: string
  /** Verified and running. */
  readonly up: boolean
  readonly restarts: number
  /** Resolves once it is up for the first time; goes on by itself then. Throws WEBHOOK_ERROR. */
  start(): Promise<void>
  /** As `start`, but tries again until it works. */
  keepTrying(): void
  stop(): Promise<void>
}

const [leastPauseMs, mostPauseMs] = [1000, 60_000]

export function superviseTunnel(request: TunnelRequest, context: TunnelContext): SupervisedTunnel {
  const { clock } = context.host
  const stopping = new AbortController()
  const { signal } = stopping
  let current: StartedTunnel | undefined
  let url = ''
  let up = false
  let restarts = 0
  let loop: Promise<void> | undefined

  const open = async () => {
    const config = await chooseConfig(request.mode, context)
    // Requests for this name are strangers' from the moment it may lead here.
    if (config.mode === 'named') url = `https://${config.hostname}`
    current = await startTunnel(config, request.localUrl, signal, context)
    url = current.url
    const opened = current
    try {
      const gone = opened.exited.then(() => {
        throw fail('WEBHOOK_ERROR', 'Cannot keep the tunnel: cloudflared ended')
      })
      await Promise.race([verifyAddress(url, request.token, signal, context), gone])
    } catch (error) {
      await opened.stop()
      throw error
    }
    up = true
    request.tell(`The tunnel is up at ${url}`)
    return opened
  }
  const follow = async (opened: StartedTunnel | undefined): Promise<void> => {
    let running = opened
    for (let pauseMs = 0; !signal.aborted;) {
      if (running) {
        await running.exited
        running = undefined
        up = false
        if (signal.aborted) return
        request.tell('The tunnel went down', 'cloudflared ended')
        restarts++
        pauseMs = leastPauseMs
      }
      await clock.sleep(pauseMs, signal)
      if (signal.aborted) return
      try {
        running = await open()
      } catch (error) {
        if (!signal.aborted) request.tell('Cannot open the tunnel', (error as Error).message)
        pauseMs = Math.min(Math.max(pauseMs * 2, leastPauseMs), mostPauseMs)
      }
    }
  }
  return {
    get url() {
      return url
    },
    get up() {
      return up
    },
    get restarts() {
      return restarts
    },
    start: async () => {
      loop = follow(await open())
    },
    keepTrying: () => {
      loop = follow(undefined)
    },
    stop: async () => {
      stopping.abort()
      await current?.stop()
      await loop
      up = false
    },
  }
}

async function chooseConfig(
  mode: TunnelRequest['mode'],
  { store }: TunnelContext,
): Promise<TunnelConfig> {
  if (mode === 'quick') return quickTunnel
  const config = await store.tunnel.read()
  if (mode === 'auto' || config.mode === 'named') return config
  throw fail('WEBHOOK_ERROR', 'Cannot open a named tunnel: none was set up', {
    hint: 'buttons webhook setup --hostname hooks.example.com',
  })
}
