// What the engine of run handles is given.

import type { DetachedRequest } from '#spec/runs.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface Rooms {
  host: Host
  store: Store
  press(request: PressRequest): Promise<PressResult>
  pressDrawer(request: DrawerRequest): Promise<DrawerResult>
  /** Throws what would keep the press from starting; gives the name of what would be pressed. */
  check(work: DetachedRequest): Promise<string>
  warn(message: string): void
}
