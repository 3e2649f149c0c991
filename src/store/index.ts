// The table of storage backends. One so far: files as the truth, SQLite as their index.

import type { Host } from '#host/host.ts'
import { openFileStore } from './files/store.ts'
import type { Store } from './store.ts'

export const stores = { files: openFileStore } satisfies Record<string, (host: Host) => Store>
