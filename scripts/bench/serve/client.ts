// The load: a few sockets that stay open and send the same bytes again and again, as soon as the
// answer is there. It reads no more of an answer than where it ends, so that most of the machine is
// left to whoever is asked.

import type { Socket } from 'bun'

export interface Asking {
  port: number
  connections: number
  request: Uint8Array
  /** Whether one more request shall be sent; asked before each. */
  more(): boolean
}

export interface Load {
  seconds: number
  /** Of answers with 2xx, milliseconds each. */
  times: number[]
  /** Answers by status; 0: the connection ended without one. */
  statuses: Map<number, number>
}

interface Caller {
  sentAt: number
  received: string
}

type Connection = Socket<Caller>

/** Sends until there is no more to send and every answer has come. */
export async function ask({ port, connections, request, more }: Asking): Promise<Load> {
  const load: Load = { seconds: 0, times: [], statuses: new Map() }
  const count = (status: number) => load.statuses.set(status, (load.statuses.get(status) ?? 0) + 1)
  const send = (socket: Connection, done: () => void) => {
    if (!more()) {
      socket.end()
      return done()
    }
    socket.data = { sentAt: performance.now(), received: '' }
    socket.write(request)
  }
  const call = (done: () => void) =>
    Bun.connect<Caller>({
      hostname: '127.0.0.1',
      port,
      data: { sentAt: 0, received: '' },
      socket: {
        open: (socket) => send(socket, done),
        data: (socket, bytes) => {
          const caller = socket.data
          caller.received += bytes.toString('latin1')
          if (!isWhole(caller.received)) return
          const status = Number(caller.received.slice(9, 12))
          count(status)
          if (status < 300) load.times.push(performance.now() - caller.sentAt)
          caller.sentAt = 0
          if (!/\r\nconnection: close/i.test(headOf(caller.received))) return send(socket, done)
          socket.end()
          void call(done)
        },
        close: (socket) => {
          if (socket.data.sentAt === 0) return
          count(0)
          if (more()) void call(done)
          else done()
        },
      },
    })
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, () => callAndWait(call)))
  load.seconds = (performance.now() - started) / 1000
  return load
}

function callAndWait(call: (done: () => void) => Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    call(resolve).catch(reject)
  })
}

function headOf(text: string): string {
  return text.slice(0, text.indexOf('\r\n\r\n'))
}

/** Whether an answer has arrived to its end, by its length or its last chunk. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))
  return length ? text.length >= end + 4 + Number(length[1]) : text.endsWith('\r\n0\r\n\r\n')
}

/** A POST of JSON as bytes. */
export function postOf(path: string, body: string): Uint8Array {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`
  return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
