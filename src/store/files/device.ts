// What a device remembers of itself; the code is loaded when somebody asks.

import type { Host } from '#host/host.ts'
import type { DeviceStore } from '../device.ts'
import { once } from './once.ts'

export function openDevice(host: Host, dataDirectory: string): DeviceStore {
  const load = once(async () =>
    (await import('./deviceFile.ts')).openDeviceFile(host, dataDirectory),
  )
  return {
    read: async () => (await load()).read(),
    update: async (change) => (await load()).update(change),
  }
}
