// `POST /v1/cli-auth/exchange`: the code that a browser brought becomes keys for a machine
// (registry 14.9).

import { challengeOf } from '#core/identity/pkce.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { readFields } from '#core/registry/fields.ts'
import { sameSecret } from '#core/webhook/auth/compare.ts'
import { fail } from '#spec/errors.ts'
import { everyDesk } from '#spec/registry.ts'
import type { Handler } from '../context.ts'
import { json } from '../reply.ts'
import { mintKey } from '../secrets.ts'

export const exchangeCode: Handler = async (_, call, act, { store, host }) => {
  act.action = 'login'
  const { code = '', verifier = '' } = readFields(await call.readBody(maxBytes), [
    'code',
    'verifier',
  ])
  // Burned by the first try, whoever makes it.
  const found = await store.codes.spend(sha256Hex(code))
  if (!found || !sameSecret(challengeOf(verifier), found.challenge))
    throw fail('CODE_INVALID', 'The code is unknown, was used, or is too old')
  const { owner_id, desks, label } = found
  act.target = label
  const write = await mintKey({ role: 'write', desks, label, owner_id }, store, host.random)
  const read = await mintKey({ role: 'read', desks, label, owner_id }, store, host.random)
  const answer = { token: write.key, read_token: read.key, org_id: orgOf(desks, owner_id) }
  return json(answer, 200, { 'Cache-Control': 'no-store' })
}

const maxBytes = 16 * 1024

/** Clients show it as a desk. */
function orgOf([desk]: readonly string[], owner: string): string {
  return desk === undefined || desk === everyDesk ? owner : desk.slice(1)
}
