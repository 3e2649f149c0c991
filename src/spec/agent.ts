// agent.json: who this device is (registry 11.1). The seed and the tokens are secrets: they go nowhere.

import * as v from 'valibot'

export const agentFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  /** Base64 of 32 bytes. */
  device_seed: v.nullish(v.string()),
  slug: v.nullish(v.string()),
  tunnel_id: v.nullish(v.string()),
  tunnel_token: v.nullish(v.string()),
  wake_token: v.nullish(v.string()),
})

/** Keys nobody here knows are kept in it. */
export interface AgentFile {
  /** Empty: there is no identity. */
  device_seed: string
  slug: string
  tunnel_id: string
  tunnel_token: string
  wake_token: string
}
