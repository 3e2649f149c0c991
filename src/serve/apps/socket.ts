// A WebSocket to the program of a dynamic app: the program is asked first, since it chooses the
// protocol; then what either side says is handed to the other.

import { fail } from '#spec/errors.ts'
import type { OpenSocket, SocketEvents } from '#host/host.ts'
import type { Hosting } from '../hosting.ts'
import type { Call } from '../route.ts'
import { type Asked, forwardedHeaders, forwardedPath } from './proxy.ts'

export function wantsSocket({ method, headers }: Request): boolean {
  return method === 'GET' && (headers.get('upgrade') ?? '').toLowerCase() === 'websocket'
}

export async function joinProgram(
  asked: Asked,
  { request, facts }: Call,
  { machine }: Hosting,
): Promise<Response> {
  const { port, base } = asked
  const caller = openEnd()
  const program = await machine.network
    .openSocket({
      url: `ws://127.0.0.1:${port}${forwardedPath(asked.path, request.url)}`,
      headers: socketHeaders(request, { port, base, client: facts.client }),
      protocols: protocolsOf(request),
      events: caller.events,
    })
    .catch((cause: unknown) => {
      const message = `Cannot open a socket to the app at "${base}": it does not take one`
      throw fail('REMOTE_UNREACHABLE', message, { cause })
    })
  const headers = program.protocol === '' ? {} : { 'Sec-WebSocket-Protocol': program.protocol }
  const joined = facts.peer.upgrade((socket) => {
    caller.open(socket)
    return { onMessage: program.send, onClose: program.close }
  }, headers)
  // The handshake has been answered; this is for the log alone.
  if (joined) return new Response(null, { status: 101 })
  program.close(1001, '')
  throw fail('BAD_REQUEST', 'Cannot open a socket: the request is no proper handshake')
}

/** The end towards the caller: what the program says before it is there waits for it. */
function openEnd(): { events: SocketEvents; open(socket: OpenSocket): void } {
  let there: OpenSocket | undefined
  const waiting: ((socket: OpenSocket) => void)[] = []
  const say = (act: (socket: OpenSocket) => void) => {
    if (there) act(there)
    else waiting.push(act)
  }
  return {
    events: {
      onMessage: (data) => say((socket) => socket.send(data)),
      onClose: (code, reason) => say((socket) => socket.close(code, reason)),
    },
    open: (socket) => {
      there = socket
      for (const act of waiting.splice(0)) act(socket)
    },
  }
}

function protocolsOf({ headers }: Request): string[] {
  const names = (headers.get('sec-websocket-protocol') ?? '').split(',')
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

// The handshake itself is between each pair alone.
function socketHeaders(request: Request, place: { port: number; base: string; client: string }) {
  const kept = forwardedHeaders(request, place).filter(([name]) => !/^sec-websocket-/i.test(name))
  return Object.fromEntries(kept)
}
