// Who this device is, for those who sign, send and verify.

import { sha256Hex } from '#core/package/digest.ts'
import { type Identity, requestMessage } from '#core/package/signing.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { asKeyError } from './trouble.ts'

export interface IdentityContext {
  host: Host
  store: Store
}

export function openIdentity({ host, store }: IdentityContext): Identity {
  const keys = () => import('./key.ts')
  const signer: Identity['signer'] = async () => {
    const agent = await asKeyError(() => store.device.read())
    return agent?.device_seed ? (await keys()).openSigner(agent.device_seed) : undefined
  }
  return {
    signer,
    ensureSigner: async () => {
      const { newSeed, openSigner } = await keys()
      const fresh = newSeed(host.random.bytes)
      let seed = fresh
      await asKeyError(() =>
        store.device.update((agent) => {
          seed = agent.device_seed || fresh
          return { ...agent, device_seed: seed }
        }),
      )
      return openSigner(seed)
    },
    prove: async ({ method, path, body }) => {
      const agent = await findAgent(store)
      // A key that no registry was told about proves nothing.
      if (!agent?.device_seed || agent.slug === '') return {}
      const { openSigner, deviceIdOf } = await keys()
      const { publicKey, sign } = openSigner(agent.device_seed)
      const timestamp = Math.floor(host.clock.now() / 1000)
      const nonce = host.random.bytes(16).toBase64({ alphabet: 'base64url', omitPadding: true })
      const proof = { method, path, bodyHash: sha256Hex(body), timestamp, nonce }
      return {
        'X-Buttons-Device': deviceIdOf(publicKey),
        'X-Buttons-Timestamp': String(timestamp),
        'X-Buttons-Nonce': nonce,
        'X-Buttons-Signature': sign(requestMessage(proof)),
      }
    },
    verify: async (publicKey, message, signature) =>
      (await keys()).verify(publicKey, message, signature),
  }
}

// Nobody has to prove who they are: a file that cannot be read is told by those who need it.
async function findAgent(store: Store) {
  try {
    return await store.device.read()
  } catch {
    return undefined
  }
}
