// What a device remembers of itself: its key, the name it registered, and the tunnel that leads to it.

import type { AgentFile } from '#spec/agent.ts'

export interface DeviceStore {
  /** Undefined when there is no file. Throws STORAGE_ERROR for one that cannot be read. */
  read(): Promise<AgentFile | undefined>
  /** Changes the file under its lock; without one, everything is empty before. Throws STORAGE_ERROR. */
  update(change: (agent: AgentFile) => AgentFile): Promise<void>
}
