// `GET /v1/challenge`: a nonce, good for one registration by our own clock (registry 14.7).

import { base64url } from '#core/identity/pkce.ts'
import { sha256Hex } from '#core/package/digest.ts'
import type { Handler, RegistryCall, ServerContext } from '../context.ts'
import { json } from '../reply.ts'

const nonceMs = 300_000

export const answerChallenge: Handler = async (_, call, __, context) => {
  const { host, store } = context
  const nonce = base64url(host.random.bytes(32))
  const expiresMs = host.clock.now() + nonceMs
  await store.nonces.add(sha256Hex(nonce), expiresMs)
  const bound = isKnownOrigin(call, context)
  const challenge = {
    nonce,
    expires_at: Math.floor(expiresMs / 1000),
    ...(bound && { sig: ['1', '2'] }),
  }
  return json(challenge, 200, { 'Cache-Control': 'no-store' })
}

// Under a name that is not ours, the client would sign what we could not check.
function isKnownOrigin({ header }: RegistryCall, { origins }: ServerContext): boolean {
  const host = (header('host') ?? '').toLowerCase()
  return origins().some((origin) => URL.parse(origin)?.host === host)
}
