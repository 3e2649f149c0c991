// agent.json: owner-only, replaced whole, with whatever keys others have put there.

import { type AgentFile, agentFileSchema } from '#spec/agent.ts'
import type { Host } from '#host/host.ts'
import type { DeviceStore } from '../device.ts'
import { findJson, withDirectoryLock, writeJson } from './json.ts'

const nothing: AgentFile = {
  device_seed: '',
  slug: '',
  tunnel_id: '',
  tunnel_token: '',
  wake_token: '',
}

type Stored = Partial<Record<string, unknown>>

export function openDeviceFile(host: Host, dataDirectory: string): DeviceStore {
  const path = `${dataDirectory}/agent.json`
  const find = (): Stored | undefined => findJson(host, path, agentFileSchema)
  return {
    read: async () => {
      const file = find()
      return file && toAgent(file)
    },
    update: async (change) =>
      withDirectoryLock(host, path, () => {
        const file = find() ?? {}
        const changed = Object.entries(change(toAgent(file)))
        const filled = changed.filter(([, value]) => value !== '')
        const emptied = changed.filter(([, value]) => value === '').map(([key]) => key)
        const kept = Object.entries(file).filter(([key]) => !emptied.includes(key))
        const merged = { ...Object.fromEntries(kept), ...Object.fromEntries(filled) }
        writeJson(host, path, { schema_version: 1, ...merged })
      }),
  }
}

function toAgent(file: Stored): AgentFile {
  const entries = Object.keys(nothing).map((key) => [key, file[key] ?? ''])
  return Object.fromEntries(entries) as unknown as AgentFile
}
