// `DELETE /v1/devices/…`: an owner lets go of a device (registry 13.6).

import { mayActAs } from '#core/registry/access.ts'
import { fail } from '#spec/errors.ts'
import { authorize } from '../authorize.ts'
import type { Handler } from '../context.ts'
import { json } from '../reply.ts'

export const revokeDevice: Handler = async ({ deviceId }, call, act, context) => {
  Object.assign(act, { action: 'revoke', target: deviceId.slice(0, 64) })
  const key = await authorize('write', call, act, context)
  const { devices } = context.store
  const device = await devices.find(deviceId)
  const own = device?.owner_id === key.owner_id || mayActAs(key, 'admin')
  // Whose devices there are is nobody else's business.
  if (!device || !own) throw fail('NOT_FOUND', `There is no device "${deviceId.slice(0, 64)}"`)
  await devices.revoke(deviceId)
  return json({ ok: true, device_id: deviceId, revoked: true })
}
