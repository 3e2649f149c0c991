// Another host, as the commands of this one see it: what they can do here they can do there.

import type { Clock } from '#host/host.ts'
import type { Button } from '#spec/button.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressDescription, PressRequest } from '#spec/press.ts'
import type { PressResult, Run } from '#spec/run.ts'
import type { DetachedRequest, DetachedRun } from '#spec/runs.ts'
import { checkPlace, type RemotePlace } from './call.ts'
import { findTimeout, type HistoryQuery, listButtons, listHistory } from './history.ts'
import {
  describeRemotely,
  detachRemotely,
  planDrawerRemotely,
  pressDrawerRemotely,
  pressRemotely,
} from './press.ts'
import { openRemoteDesk, type RemoteDesk, tailRemotely } from './runs.ts'

export interface RemoteHost {
  press(request: PressRequest): Promise<PressResult>
  describePress(request: PressRequest): Promise<PressDescription>
  /** How long a press may take there, seconds; undefined when that cannot be told. */
  findTimeout(button: string, asked: number | undefined): Promise<number | undefined>
  pressDrawer(request: DrawerRequest, onEvent?: (event: RunEvent) => void): Promise<DrawerResult>
  /** Has it accepted; its run goes on without us. */
  detach(work: DetachedRequest): Promise<DetachedRun>
  planDrawer<T>(request: DrawerRequest): Promise<T>
  listButtons(): Promise<Button[]>
  listHistory(query: HistoryQuery): Promise<Run[]>
  readonly runs: RemoteDesk
  /** Follows the progress of a button's newest run. */
  tail(button: string, until: AbortSignal, write: (text: string) => void): Promise<void>
}

/** Asks nothing yet. Throws VALIDATION_ERROR for what is no address of a host. */
export function openRemote(given: RemotePlace, clock: Clock): RemoteHost {
  const place = { ...given, url: checkPlace(given) }
  return {
    press: (request) => pressRemotely(request, place, clock),
    describePress: (request) => describeRemotely(request, place),
    findTimeout: (button, asked) => findTimeout(button, asked, place),
    pressDrawer: (request, onEvent) => pressDrawerRemotely(request, onEvent, place, clock),
    detach: (work) => detachRemotely(work, place, clock),
    planDrawer: (request) => planDrawerRemotely(request, place),
    listButtons: () => listButtons(place),
    listHistory: (query) => listHistory(query, place),
    runs: openRemoteDesk(place, clock),
    tail: (button, until, write) => tailRemotely(button, until, write, place),
  }
}
