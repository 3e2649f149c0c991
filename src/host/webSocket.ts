// WebSockets, from either side: one that a caller of our server asks for, and one that we open.

import type { ServerWebSocket, WebSocketHandler } from 'bun'
import { HostError, type OpenSocket, type SocketEvents, type SocketRequest } from './host.ts'

/** What a socket of the server carries with it. */
export interface Carried {
  accept(socket: OpenSocket): SocketEvents
  events?: SocketEvents
}

/** What our servers do with their sockets: every one has its own say. */
export const serverSockets: WebSocketHandler<Carried> = {
  open: (socket) => void (socket.data.events = socket.data.accept(toOpenSocket(socket))),
  message: (socket, data) => socket.data.events?.onMessage(data),
  close: (socket, code, reason) => socket.data.events?.onClose(code, reason),
  // Whoever reads too slowly is let go, before what waits for them fills the memory.
  closeOnBackpressureLimit: true,
  sendPings: true,
}

function toOpenSocket(socket: ServerWebSocket<Carried>): OpenSocket {
  return {
    send: (data) => void socket.send(data),
    close: (code, reason) => socket.close(sendable(code), reason),
  }
}

export function openSocket(request: SocketRequest): Promise<OpenSocket & { protocol: string }> {
  const { url, headers, protocols, events } = request
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers, ...(protocols.length > 0 && { protocols }) })
    socket.binaryType = 'nodebuffer'
    let open = false
    socket.onopen = () => {
      open = true
      resolve({
        protocol: socket.protocol,
        send: (data) => socket.send(data),
        close: (code, reason) => socket.close(sendable(code), reason),
      })
    }
    socket.onmessage = ({ data }) => events.onMessage(data as string | Buffer<ArrayBuffer>)
    socket.onclose = ({ code, reason }) => {
      if (open) events.onClose(code, reason)
      else reject(new HostError('ECONNREFUSED', 'open a socket to', url))
    }
  })
}

// Some codes only tell how a connection ended and may not be sent (RFC 6455, 7.4.1).
function sendable(code: number): number {
  const told = code === 1000 || (code >= 1001 && code <= 1014 && ![1004, 1005, 1006].includes(code))
  return told || (code >= 3000 && code <= 4999) ? code : 1000
}
