// The log of what happened to buttons and packages. Only a look at the folder's fingerprint is on the
// path of a press; the code that reads and writes history.json is loaded when it is needed.

import type { Host } from '#host/host.ts'
import type { LifecycleStore } from '../store.ts'
import type { Looks } from './baseline.ts'
import { once } from './once.ts'

export function openLifecycle(host: Host, dataDirectory: string, looks: Looks): LifecycleStore {
  const load = once(async () =>
    (await import('./lifecycleFile.ts')).openLifecycleFile(host, dataDirectory),
  )
  return {
    list: async () => (await load()).list(),
    append: async (event) => (await load()).append(event),
    logChange: async (change) => (await load()).logChange(change),
    noticeEdit: async (target) => {
      const directory = `${dataDirectory}/${target.kind}s/${target.name}`
      if (!looks.wasKnown(directory)) await (await load()).noticeEdit(target)
    },
  }
}
