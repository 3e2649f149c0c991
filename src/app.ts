// The fuse box: joins host, store and engines. The one file that knows everybody; each engine is
// loaded when it is first used.

import type { Host } from '#host/host.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { Store } from '#store/store.ts'

export interface App {
  readonly host: Host
  /** Opens the store on first use and creates what it relies on. */
  store(): Promise<Store>
  press(request: PressRequest, warn: Warn): Promise<PressResult>
  /** What a press would do, without doing it. */
  planPress(request: PressRequest): Promise<PressPlan>
  /** Finishes what may come after the output: the index. Never throws. */
  settle(): Promise<void>
}

export type Warn = (message: string) => void

export function createApp(host: Host): App {
  let opened: Promise<Store> | undefined
  const store = () => (opened ??= openStore(host))
  return {
    host,
    store,
    press: async (request, warn) => {
      const engine = import('#press/press.ts')
      const context = { host, store: await store(), warn }
      return (await engine).press(request, context)
    },
    planPress: async (request) => {
      const { preparePress } = await import('#press/press.ts')
      const { plan } = await preparePress(request, { host, store: await store(), warn: () => {} })
      return plan
    },
    settle: async () => {
      if (opened) await (await opened).settle()
    },
  }
}

async function openStore(host: Host): Promise<Store> {
  const { stores } = await import('#store/index.ts')
  const store = stores.files(host)
  await store.prepare()
  return store
}
