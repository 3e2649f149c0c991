// Requests as bytes on a plain socket: for what no proper client would send.

import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  /** 0 when the connection was ended without an answer. */
  status: number
  text: string
}

/** Header lines and a body; the connection is to be closed afterwards. */
export function requestOf(
  line: string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Uint8Array {
  const host = headers.some((header) => /^host\s*:/i.test(header)) ? [] : ['Host: 127.0.0.1']
  const lines = [line, ...host, 'Connection: close', ...headers, '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), Buffer.from(body as Uint8Array)])
}

/** Sends bytes, and reads until the other side closes. */
export function sendRaw(origin: string, bytes: Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = open(origin)
    socket.write(bytes)
    readAnswer(socket, resolve)
  })
}

/** Sends bytes and then keeps the connection. Resolves once the bytes have left. */
export function holdRaw(origin: string, bytes: Uint8Array): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = open(origin)
    socket.write(bytes, () => resolve(socket))
  })
}

/** Sends one part after the other for as long as the other side listens; gives its answer. */
export function pourRaw(origin: string, head: Uint8Array, part: Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = open(origin)
    let listening = true
    const pour = () => {
      while (listening && socket.writable && socket.write(part));
    }
    socket.on('data', () => (listening = false))
    socket.on('drain', pour)
    socket.write(head)
    pour()
    readAnswer(socket, resolve)
  })
}

/** What comes on a held connection, until it is closed. */
export function answerOn(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve) => readAnswer(socket, resolve))
}

function open(origin: string): Socket {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  // Being hung up on is what these callers deserve.
  socket.on('error', () => {})
  return socket
}

function readAnswer(socket: Socket, resolve: (answer: RawAnswer) => void): void {
  let text = ''
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    // An answer before the end of a body: nothing more will come.
    if (isWhole(text)) socket.destroy()
  })
  socket.on('close', () =>
    resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }),
  )
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length)
}
