// Small HTTP servers on loopback. They write bytes to a plain socket, so that a test can answer in
// ways that no proper server would.

import { afterAll } from 'bun:test'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer, type TlsOptions } from 'node:tls'

export interface SeenRequest {
  /** `GET /path HTTP/1.1` */
  line: string
  /** As sent, in order: `Name: value`. */
  headers: string[]
  body: string
}

export type Answer = (socket: Socket, request: SeenRequest) => void

export interface TestServer {
  port: number
  /** `http://127.0.0.1:PORT`, or https. */
  origin: string
  /** Every request that arrived whole. */
  requests: SeenRequest[]
  /** Connections that were accepted so far. */
  readonly connections: number
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that answers every request by `answer`, on `host`. */
export async function serve(answer: Answer, host = '127.0.0.1'): Promise<TestServer> {
  return listen((handle) => createServer(handle), 'http', answer, host)
}

/** The same behind TLS. */
export async function serveSecurely(answer: Answer, tls: TlsOptions): Promise<TestServer> {
  return listen((handle) => createSecureServer(tls, handle), 'https', answer, '127.0.0.1')
}

async function listen(
  create: (handle: (socket: Socket) => void) => Server,
  scheme: string,
  answer: Answer,
  host: string,
): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const open = new Set<Socket>()
  const waiting: (() => void)[] = []
  let connections = 0
  const server = create((socket) => {
    connections++
    open.add(socket)
    // Clients that hang up in the middle of something are what many tests are about.
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) for (const done of waiting.splice(0)) done()
    })
    readRequests(socket, (request) => {
      requests.push(request)
      answer(socket, request)
    })
  })
  servers.push(server)
  // Handshakes that fail are the client's doing.
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    port,
    origin: `${scheme}://${shown}:${port}`,
    requests,
    get connections() {
      return connections
    },
    idle: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve()
        else waiting.push(resolve)
      }),
  }
}

function readRequests(socket: Socket, seen: (request: SeenRequest) => void): void {
  let received = ''
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1')
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const [line = '', ...headers] = received.slice(0, end).split('\r\n')
    const length = headers.find((header) => /^content-length:/i.test(header))?.split(':')[1]
    const body = received.slice(end + 4)
    if (body.length < Number(length ?? 0)) return
    received = ''
    seen({ line, headers, body: Buffer.from(body, 'latin1').toString() })
  })
}

/** An answer that is sent whole and then closed; one character of a header is one byte. */
export function reply(
  status: string | number,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Answer {
  return (socket, { line }) => {
    const bytes = Buffer.from(body as Uint8Array)
    const all = { 'Content-Length': String(bytes.length), ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `HTTP/1.1 ${status === 200 ? '200 OK' : status}\r\n${lines.join('')}\r\n`
    socket.write(head, 'latin1')
    socket.end(line.startsWith('HEAD ') ? '' : bytes)
  }
}

/** Exactly these bytes, then the end of the connection. */
export function raw(bytes: string | Uint8Array): Answer {
  return (socket) => void socket.end(bytes)
}

/** An answer by the path of the request; 404 for others. */
export function byPath(answers: Record<string, Answer>): Answer {
  return (socket, request) => {
    const path = request.line.split(' ')[1]!
    const answer = answers[path] ?? reply('404 Not Found')
    answer(socket, request)
  }
}

/** `head`, and then `chunk` again and again until the client goes away. */
export function flood(head: string, chunk: Uint8Array | string): Answer {
  return (socket) => {
    socket.write(head)
    const pour = () => {
      while (socket.writable && socket.write(chunk));
    }
    socket.on('drain', pour)
    pour()
  }
}

/** `head`, and then nothing any more while the connection stays open. */
export function stall(head = ''): Answer {
  return (socket) => void (head && socket.write(head))
}

/** The value of a header that a server saw, or undefined. */
export function headerOf(request: SeenRequest | undefined, name: string): string | undefined {
  const line = request?.headers.find((header) =>
    header.toLowerCase().startsWith(`${name.toLowerCase()}:`),
  )
  return line?.slice(name.length + 1).trim()
}
