// `POST /v1/devices/enroll`: a token that somebody was given makes the key of a device known
// (registry 14.6). Safe to repeat.

import { bearerOf } from '#core/registry/access.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { readFields } from '#core/registry/fields.ts'
import { fail } from '#spec/errors.ts'
import type { EnrollToken } from '#store/registry.ts'
import type { Handler, ServerContext } from '../context.ts'
import { revoked } from '../proof.ts'
import { json } from '../reply.ts'

export const enrollDevice: Handler = async (_, call, act, context) => {
  act.action = 'enroll'
  const { store } = context
  const hash = sha256Hex(bearerOf(call.header('authorization')) ?? '')
  const token = await store.devices.findToken(hash)
  if (!token || token.expiresMs <= context.host.clock.now()) throw noToken()
  const { pubkey, host_kind } = await readBody(await call.readBody(maxBytes), context)
  const device_id = sha256Hex(Uint8Array.fromBase64(pubkey))
  Object.assign(act, { actor: `device:${device_id.slice(0, 8)}`, target: device_id })
  const { owner_id, namespace } = token
  if (!(await isEnrolled(device_id, token, context))) {
    const device = { device_id, pubkey, owner_id, ...(namespace && { namespace }), host_kind }
    const first = await store.devices.enroll(hash, device)
    // Somebody else spent the token just now, or enrolled this very device.
    if (!first && !(await isEnrolled(device_id, (await store.devices.findToken(hash))!, context)))
      throw noToken()
  }
  return json({ device_id, owner_id, namespace: namespace ?? null }, 201)
}

const maxBytes = 16 * 1024

function noToken() {
  return fail('UNAUTHORIZED', 'No such enrolment token, or it was used, or it is too old')
}

async function readBody(
  bytes: Uint8Array,
  { signatures }: ServerContext,
): Promise<{ pubkey: string; host_kind: string }> {
  const { pubkey = '', host_kind = '' } = readFields(bytes, ['pubkey', 'host_kind'])
  if (!signatures.isPublicKey(pubkey))
    throw fail('INVALID', '"pubkey" must be an Ed25519 key: base64 of 32 bytes')
  if (!/^[\x20-\x7e]{0,64}$/.test(host_kind))
    throw fail('INVALID', '"host_kind" must be at most 64 printable characters')
  return { pubkey, host_kind }
}

/** Whether there is nothing left to do. Throws when the token is for somebody else. */
async function isEnrolled(
  deviceId: string,
  { owner_id, device_id: usedBy }: EnrollToken,
  { store }: ServerContext,
): Promise<boolean> {
  if (usedBy !== undefined && usedBy !== deviceId) throw noToken()
  const device = await store.devices.find(deviceId)
  if (!device) return false
  if (device.owner_id !== owner_id)
    throw fail('DEVICE_BOUND', 'This device belongs to another owner')
  if (device.revoked_at !== undefined) throw revoked(deviceId)
  return true
}
