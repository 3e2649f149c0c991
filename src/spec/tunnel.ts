// How this machine is reached from outside: webhook.json (serve.md 5.1).

import * as v from 'valibot'

const text = v.nullish(v.string())

export const tunnelFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  mode: text,
  hostname: text,
  tunnel_name: text,
  tunnel_id: text,
  tunnel_token: text,
})

/** Texts that the file does not have are empty. Any mode but `named` means quick. */
export interface TunnelConfig {
  mode: 'named' | 'quick'
  hostname: string
  tunnel_name: string
  tunnel_id: string
  /** Runs the tunnel: a secret. */
  tunnel_token: string
}

export const quickTunnel: TunnelConfig = {
  mode: 'quick',
  hostname: '',
  tunnel_name: '',
  tunnel_id: '',
  tunnel_token: '',
}
