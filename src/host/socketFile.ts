// Listening on a socket file: owner-only from its first instant, and in place of one that a killed
// host has left behind.

import { lstatSync, unlinkSync } from 'node:fs'
import { HostError } from './host.ts'
import type { BunServer } from './server.ts'

/** Throws HostError: EADDRINUSE when somebody listens there, EEXIST when it is no socket. */
export async function listenOnSocket(path: string, open: () => BunServer): Promise<BunServer> {
  try {
    return openPrivately(open)
  } catch (error) {
    if ((error as HostError).code !== 'EADDRINUSE') throw error
    await removeAbandoned(path)
    return openPrivately(open)
  }
}

const ownerOnly = 0o177

function openPrivately(open: () => BunServer): BunServer {
  const before = process.umask(ownerOnly)
  try {
    return open()
  } finally {
    process.umask(before)
  }
}

async function removeAbandoned(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket())
    throw new HostError('EEXIST', 'listen where another file is', path)
  if (await isServed(path)) throw new HostError('EADDRINUSE', 'listen', path)
  unlinkSync(path)
}

/** The kernel refuses a connection to a socket whose owner is gone. */
async function isServed(path: string): Promise<boolean> {
  try {
    const socket = await Bun.connect({ unix: path, socket: { data: () => {} } })
    socket.end()
    return true
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ECONNREFUSED'
  }
}
