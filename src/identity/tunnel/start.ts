// Starting a tunnel: quick, named by its credential, or named by its name (serve.md 5.2 to 5.4).

import { findQuickAddress, saysRegistered } from '#core/tunnel/output.ts'
import { fail } from '#spec/errors.ts'
import type { TunnelConfig } from '#spec/tunnel.ts'
import type { TunnelContext } from './context.ts'
import { type ProgramRequest, type RunningProgram, runProgram, startProgram } from './program.ts'

export interface StartedTunnel {
  /** `https://…`, without a slash at its end. */
  url: string
  exited: Promise<unknown>
  stop(): Promise<void>
}

const readyMs = 30_000
const cleanupMs = 10_000

/** Resolves when it says where it is. Throws CLOUDFLARED_MISSING or WEBHOOK_ERROR. */
export async function startTunnel(
  config: TunnelConfig,
  localUrl: string,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<StartedTunnel> {
  if (config.mode === 'quick') return startQuick(localUrl, signal, context)
  return startNamed(config, localUrl, signal, context)
}

async function startQuick(
  localUrl: string,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<StartedTunnel> {
  const args = ['--no-autoupdate', 'tunnel', '--url', localUrl]
  const { running, found } = await waitForLine({ args }, findQuickAddress, signal, context)
  if (found !== undefined) return { ...running, url: found }
  await running.stop()
  throw fail('WEBHOOK_ERROR', 'Cannot open a quick tunnel: cloudflared named no address', {
    hint: running.output().trim() || 'It said nothing',
  })
}

async function startNamed(
  { hostname, tunnel_name, tunnel_token }: TunnelConfig,
  localUrl: string,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<StartedTunnel> {
  if (hostname === '' || (tunnel_token === '' && tunnel_name === ''))
    throw fail('WEBHOOK_ERROR', 'Cannot open the named tunnel: its setup is incomplete', {
      hint: 'buttons webhook setup --hostname hooks.example.com',
    })
  // Connections of a run that died would get a share of the requests.
  if (tunnel_token === '') await cleanUp(tunnel_name, signal, context)
  const run = ['--no-autoupdate', 'tunnel', 'run', '--url', localUrl]
  const request: ProgramRequest =
    tunnel_token === '' ? { args: [...run, tunnel_name] } : { args: run, token: tunnel_token }
  const registered = (line: string) => (saysRegistered(line) ? line : undefined)
  const { running, ended } = await waitForLine(request, registered, signal, context)
  if (!ended) return { ...running, url: `https://${hostname}` }
  throw fail('WEBHOOK_ERROR', 'Cannot open the named tunnel: cloudflared ended', {
    hint: running.output().trim() || 'It said nothing',
  })
}

async function cleanUp(name: string, signal: AbortSignal, context: TunnelContext): Promise<void> {
  try {
    await runProgram({ args: ['tunnel', 'cleanup', name] }, cleanupMs, signal, context)
  } catch {
    // Nothing to clean up, or nobody who can: the run itself will tell.
  }
}

interface Waited {
  running: RunningProgram
  found: string | undefined
  ended: boolean
}

async function waitForLine(
  request: ProgramRequest,
  find: (line: string) => string | undefined,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<Waited> {
  const seen = Promise.withResolvers<string>()
  const running = startProgram(
    {
      ...request,
      onLine: (line) => {
        const found = find(line)
        if (found !== undefined) seen.resolve(found)
      },
    },
    context,
  )
  const patience = new AbortController()
  const giveUp = () => patience.abort()
  signal.addEventListener('abort', giveUp)
  const first = await Promise.race([
    seen.promise.then((found) => ({ found, ended: false })),
    running.exited.then(() => ({ found: undefined, ended: true })),
    context.host.clock
      .sleep(readyMs, patience.signal)
      .then(() => ({ found: undefined, ended: false })),
  ])
  patience.abort()
  signal.removeEventListener('abort', giveUp)
  if (!signal.aborted) return { running, ...first }
  await running.stop()
  throw fail('WEBHOOK_ERROR', 'Cannot open a tunnel: it was stopped')
}
