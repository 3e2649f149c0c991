// A server on a socket that somebody else opened for us (socket activation). Bun.serve cannot take
// a descriptor, plain sockets can: connections are taken there and handed on to a server of ours.

import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { HttpServer } from './host.ts'
import { findInherited } from './inherited.ts'
import { type BunPlace, type BunServer, type FindPeer, toServer } from './server.ts'

type Open = (place: BunPlace, findPeer: FindPeer) => BunServer

export function bridge(fd: number, open: Open): HttpServer {
  const inet = findInherited(fd)?.kind === 'inet'
  const peers = new Map<number, string>()
  // Behind a socket file nobody but its users may come in, also not through a port on loopback.
  const folder = inet ? undefined : mkdtempSync(`${tmpdir()}/buttons-`)
  const place: BunPlace = folder
    ? { unix: `${folder}/host.sock` }
    : { hostname: '127.0.0.1', port: 0 }
  const inner = open(place, (port) => peers.get(port))
  const target = folder
    ? { unix: `${folder}/host.sock` }
    : { hostname: '127.0.0.1', port: inner.port! }
  const outer = Bun.listen<Half>({ fd, socket: halves(target, peers) } as never)
  const server = toServer(inner)
  const leave = async (end: () => Promise<void>, force: boolean) => {
    outer.stop(force)
    await end()
    if (folder) rmdirSync(folder)
  }
  return {
    port: undefined,
    stop: () => leave(server.stop, false),
    cut: () => leave(server.cut, true),
  }
}

type Target = { unix: string } | { hostname: string; port: number }
type Socket = Bun.Socket<Half>

/** One of the two connections that belong together, and what waits to be sent to it. */
interface Half {
  other: Socket | undefined
  waiting: Uint8Array[]
  ending: boolean
}

function halves(target: Target, peers: Map<number, string>): Bun.SocketHandler<Half> {
  const handler: Bun.SocketHandler<Half> = {
    open: (socket) => {
      if (socket.data?.other) return
      socket.data = { other: undefined, waiting: [], ending: false }
      void join(socket)
    },
    data: ({ data }, bytes) => {
      const { other } = data
      if (other) send(other, bytes)
      else data.waiting.push(Uint8Array.from(bytes))
    },
    drain: (socket) => flush(socket),
    close: (socket) => leave(socket, peers),
    end: (socket) => leave(socket, peers),
    error: (socket) => leave(socket, peers),
  }
  const join = async (socket: Socket) => {
    try {
      const data: Half = { other: socket, waiting: socket.data.waiting, ending: false }
      const inner = await Bun.connect<Half>({ ...target, data, socket: handler } as never)
      socket.data.waiting = []
      peers.set(inner.localPort, socket.remoteAddress)
      socket.data.other = inner
      flush(inner)
    } catch {
      socket.end()
    }
  }
  return handler
}

// A socket that takes no more makes its partner wait, so that nothing piles up between them.
function send(socket: Socket, bytes: Uint8Array): void {
  const { waiting } = socket.data
  if (waiting.length > 0) return void waiting.push(Uint8Array.from(bytes))
  const written = Math.max(0, socket.write(bytes))
  if (written === bytes.length) return
  waiting.push(Uint8Array.from(bytes.subarray(written)))
  socket.data.other?.pause()
}

function flush(socket: Socket): void {
  const { data } = socket
  for (let first = data.waiting[0]; first !== undefined; first = data.waiting[0]) {
    const written = Math.max(0, socket.write(first))
    if (written < first.length) {
      data.waiting[0] = first.subarray(written)
      return
    }
    data.waiting.shift()
  }
  if (data.ending) socket.end()
  else data.other?.resume()
}

function leave(socket: Socket, peers: Map<number, string>): void {
  peers.delete(socket.localPort)
  const other = socket.data?.other
  if (!other || other.data.ending) return
  other.data.ending = true
  if (other.data.waiting.length === 0) other.end()
}
