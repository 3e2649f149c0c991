// A listening HTTP server: Bun.serve with everything said outright that it would otherwise guess
// (its default port comes from the environment, its default address is every one of the machine).

import { bridge } from './bridge.ts'
import { HostError, type HttpBinding, type HttpPeer, type HttpServer } from './host.ts'
import { listenOnSocket } from './socketFile.ts'
import { type Carried, serverSockets } from './webSocket.ts'

export async function listen(binding: HttpBinding): Promise<HttpServer> {
  const server = await start(binding)
  // The executable starts with compilers that favour short lives; a host lives long.
  ;(Bun.unsafe as { setJITPolicy?(policy: number): void }).setJITPolicy?.(1)
  return server
}

async function start(binding: HttpBinding): Promise<HttpServer> {
  const { where } = binding
  if (where.kind === 'inherited')
    return bridge(where.fd, (place, findPeer) => open(binding, place, findPeer))
  if (where.kind === 'port') return toServer(open(binding, where))
  return toServer(await listenOnSocket(where.path, () => open(binding, { unix: where.path })))
}

/** Where Bun itself is to listen. */
export type BunPlace = { hostname: string; port: number } | { unix: string }
export type BunServer = Bun.Server<Carried>

/** Tells whom a request really comes from, when another process or bridge stands between. */
export type FindPeer = (port: number) => string | undefined

function open(binding: HttpBinding, place: BunPlace, findPeer?: FindPeer): BunServer {
  const { tls, handle } = binding
  try {
    return Bun.serve({
      ...('unix' in place ? { unix: place.unix } : { hostname: place.hostname, port: place.port }),
      ...(tls && { tls }),
      idleTimeout: binding.idleSeconds,
      maxRequestBodySize: binding.maxBodyBytes,
      development: false,
      // Outside development Bun shares ports by default: two hosts would each get half the requests.
      reusePort: false,
      fetch: (request: Request, server: BunServer) =>
        handle(request, toPeer(request, server, findPeer)),
      websocket: serverSockets,
    } as Bun.Serve.Options<Carried>)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw new HostError(typeof code === 'string' ? code : 'EINVAL', (error as Error).message)
  }
}

function toPeer(request: Request, server: BunServer, findPeer: FindPeer | undefined): HttpPeer {
  let address: string | null | undefined
  return {
    // Asking the runtime is not cheap, and most requests are asked about more than once.
    get address() {
      if (address !== undefined) return address ?? undefined
      const seen = server.requestIP(request)
      address = (seen && findPeer?.(seen.port)) ?? seen?.address ?? null
      return address ?? undefined
    },
    setIdle: (seconds) => server.timeout(request, seconds),
    upgrade: (accept, headers) => server.upgrade(request, { headers, data: { accept } }),
  }
}

export function toServer(server: BunServer): HttpServer {
  return {
    port: server.port,
    stop: () => server.stop(),
    cut: () => server.stop(true),
  }
}
