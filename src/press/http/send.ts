// One request, sent where the guard lets it go. A name is resolved once, every address of the answer
// is judged, and the connection goes to that same answer: a name that means something else the next
// time it is asked gains nothing.

import type { Destination } from '#core/http/destination.ts'
import { findGuardProblem } from '#core/http/guard.ts'
import { type HttpRequest, wireHeaders } from '#core/http/request.ts'
import { fail } from '#spec/errors.ts'
import type { Network, NetworkAnswer } from '#host/host.ts'

export interface Sending {
  network: Network
  allowPrivateNetworks: boolean
  /** Whether a gzip answer is ours to unpack. */
  decompress: boolean
  signal: AbortSignal
}

/** Throws SCRIPT_ERROR when the guard stops it, HostError when the network does. */
export async function send(request: HttpRequest, sending: Sending): Promise<NetworkAnswer> {
  const { destination, method, requestPath: path, body } = request
  const addresses = await findAddresses(destination, sending)
  return sending.network.request({
    secure: destination.scheme === 'https',
    addresses,
    port: destination.port,
    ...(destination.serverName !== undefined && { serverName: destination.serverName }),
    method,
    path,
    headers: wireHeaders(request),
    ...(body && { body }),
    decompress: sending.decompress,
    signal: sending.signal,
  })
}

async function findAddresses(
  { host, address }: Destination,
  { network, allowPrivateNetworks, signal }: Sending,
): Promise<string[]> {
  const addresses =
    address === undefined ? await unlessAborted(network.lookup(host), signal) : [address]
  if (addresses.length === 0) throw failure(`"${host}" has no address`)
  const problem = allowPrivateNetworks ? undefined : findGuardProblem(host, addresses)
  if (problem !== undefined) throw failure(problem)
  return addresses
}

function failure(why: string) {
  return fail('SCRIPT_ERROR', `request failed: ${why}`)
}

/** A resolver cannot be stopped, but need not be waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
