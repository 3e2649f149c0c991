// webhook.json: the tunnel that was set up for this machine. A file that cannot be read is an error,
// never a quick tunnel.

import { guard } from '#core/text/storage.ts'
import { quickTunnel, type TunnelConfig, tunnelFileSchema } from '#spec/tunnel.ts'
import type { Host } from '#host/host.ts'
import type { TunnelStore } from '../store.ts'
import { findJson, writeJson } from './json.ts'

export function openTunnelFile(host: Host, dataDirectory: string): TunnelStore {
  const path = `${dataDirectory}/webhook.json`
  return {
    read: async () => {
      const file = findJson(host, path, tunnelFileSchema)
      if (file?.mode !== 'named') return quickTunnel
      const { hostname, tunnel_name, tunnel_id, tunnel_token } = file
      return {
        mode: 'named',
        hostname: hostname ?? '',
        tunnel_name: tunnel_name ?? '',
        tunnel_id: tunnel_id ?? '',
        tunnel_token: tunnel_token ?? '',
      }
    },
    isSet: async () => host.files.stat(path) !== undefined,
    write: async (config) => writeJson(host, path, { schema_version: 1, ...withoutEmpty(config) }),
    remove: async () => void guard(`Cannot remove "${path}"`, () => host.files.remove(path)),
  }
}

function withoutEmpty(config: TunnelConfig): Partial<TunnelConfig> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''))
}
