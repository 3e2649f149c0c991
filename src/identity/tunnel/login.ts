// Setting up a tunnel through a browser login of cloudflared (serve.md 5.5).

import {
  findListedTunnel,
  findRoutedHost,
  findTunnelId,
  saysRecordExists,
} from '#core/tunnel/output.ts'
import { fail } from '#spec/errors.ts'
import type { TunnelContext } from './context.ts'
import { environmentOf, requireProgram, runProgram } from './program.ts'
import type { SetupRequest } from './setup.ts'

const loginMs = 300_000
const restMs = 60_000

/** Gives the id of the tunnel. Throws DNS_CONFLICT, ZONE_MISMATCH or WEBHOOK_ERROR. */
export async function setUpByLogin(request: SetupRequest, context: TunnelContext): Promise<string> {
  await logIn(request, context)
  const limit = AbortSignal.any([request.signal, AbortSignal.timeout(restMs)])
  const id = await findOrCreate(request.tunnel, limit, context)
  await routeDns(request, limit, context)
  return id
}

async function logIn({ signal }: SetupRequest, context: TunnelContext): Promise<void> {
  const { host } = context
  const home = host.env['HOME'] ?? host.platform.homeDirectory
  const path = `${home}/.cloudflared/cert.pem`
  if (host.files.stat(path)) return
  const limit = AbortSignal.any([signal, AbortSignal.timeout(loginMs)])
  // It talks with whoever sits there; stdout stays ours.
  await host.processes.runBeside({
    command: [requireProgram(context), 'tunnel', 'login'],
    cwd: host.cwd,
    env: environmentOf(context, undefined),
    onStdout: (bytes) => host.terminal.writeError(bytes),
    signal: limit,
  })
  if (limit.aborted)
    throw fail('WEBHOOK_ERROR', 'Cannot finish "cloudflared tunnel login": it was stopped')
  if (!host.files.stat(path))
    throw fail('WEBHOOK_ERROR', 'Cannot set up a tunnel: the login left no certificate')
}

async function findOrCreate(
  name: string,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<string> {
  const run = (...args: string[]) =>
    runProgram({ args: ['tunnel', ...args] }, restMs, signal, context)
  const listed = async () => findListedTunnel((await run('list', '--output', 'json')).output, name)
  const known = await listed()
  if (known !== undefined) return known
  const { code, output } = await run('create', name)
  const id = output.includes('already exists') ? await listed() : findTunnelId(output)
  if (id !== undefined && (code === 0 || output.includes('already exists'))) return id
  throw fail('WEBHOOK_ERROR', `Cannot create tunnel "${name}"`, { hint: output.trim() })
}

async function routeDns(
  { hostname, tunnel, overwriteDns }: SetupRequest,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<void> {
  const overwrite = overwriteDns ? ['--overwrite-dns'] : []
  const args = ['tunnel', 'route', 'dns', ...overwrite, tunnel, hostname]
  const { code, output } = await runProgram({ args }, restMs, signal, context)
  if (code !== 0 && saysRecordExists(output)) throw dnsConflict(hostname)
  if (code !== 0)
    throw fail('WEBHOOK_ERROR', `Cannot route "${hostname}" to the tunnel`, { hint: output.trim() })
  const routed = findRoutedHost(output)
  if (routed === undefined || routed === hostname) return
  throw fail('ZONE_MISMATCH', `Cannot route "${hostname}": the login made "${routed}" instead`, {
    hint: 'Its domain is not the one of the login; use --api-token',
  })
}

export function dnsConflict(hostname: string) {
  return fail('DNS_CONFLICT', `Cannot route "${hostname}": it has another DNS record`, {
    hint: 'Replace it with --overwrite-dns',
  })
}
