// The proof of a device that comes with a request (registry 13.3). It is optional: what is not there,
// or comes from a device of some other registry, is not judged; what is there must hold.

import { requestMessage } from '#core/package/signing.ts'
import { fail } from '#spec/errors.ts'
import type { RegistryCall, ServerContext } from './context.ts'

const skewSeconds = 300
const rememberedMs = 600_000

/** `bodyHash` is that of the empty text when there is no body. Throws for a proof that fails. */
export async function checkProof(
  call: RegistryCall,
  bodyHash: string,
  { store, host, signatures, origins }: ServerContext,
): Promise<void> {
  const deviceId = call.header('x-buttons-device')
  const device = deviceId === undefined ? undefined : await store.devices.find(deviceId)
  if (!device) return
  if (device.revoked_at !== undefined) throw revoked(device.device_id)
  const timestamp = readTimestamp(call.header('x-buttons-timestamp'))
  const nonce = call.header('x-buttons-nonce') ?? ''
  if (Math.abs(host.clock.now() / 1000 - timestamp) > skewSeconds)
    throw fail('CLOCK_SKEW', `The clock of the device is off by more than ${skewSeconds} s`)
  const { method } = call
  const signature = call.header('x-buttons-signature') ?? ''
  const isSigned = (path: string) => {
    const message = requestMessage({ method, path, bodyHash, timestamp, nonce })
    return signatures.verify(device.pubkey, message, signature)
  }
  const sound = /^[A-Za-z0-9_-]{16,64}$/.test(nonce)
  if (!sound || !pathsOf(call.path, origins()).some(isSigned))
    throw fail('BAD_SIGNATURE', 'The request is not signed by the device it names')
  if (!(await store.devices.noteRequest(device.device_id, nonce, rememberedMs)))
    throw fail('REPLAY', 'The request was made before')
}

/** A path as clients may have sent it: before us, somebody may take off what our address begins with. */
function pathsOf(path: string, origins: readonly string[]): string[] {
  const beginnings = origins.map((origin) => URL.parse(origin)?.pathname.replace(/\/+$/, '') ?? '')
  return [...new Set(['', ...beginnings])].map((beginning) => beginning + path)
}

export function revoked(deviceId: string) {
  return fail('DEVICE_REVOKED', `The device "${deviceId}" was revoked`)
}

function readTimestamp(text: string | undefined): number {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : 0
}
