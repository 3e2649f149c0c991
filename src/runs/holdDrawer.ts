// The run of a drawer while it is in progress, registered like that of a button. Its steps and the
// drawers inside belong to it.

import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import { slug } from '#core/name/slug.ts'
import { findRunId } from '#core/run/id.ts'
import type { Rooms } from './rooms.ts'

export async function holdDrawer(
  request: DrawerRequest,
  { host, store }: Pick<Rooms, 'host' | 'store'>,
  run: (held: DrawerRequest) => Promise<DrawerResult>,
): Promise<DrawerResult> {
  const parentRunId = request.parentRunId ?? findRunId(host.env['BUTTONS_RUN_ID'])
  const stop = request.ownsProcess ? undefined : new AbortController()
  const held = await store.active.beginOrHide({
    target: { kind: 'drawer', name: slug(request.name) },
    ...(request.runId !== undefined && { runId: request.runId }),
    ...(parentRunId !== undefined && { parentRunId }),
    ...(stop && { onCancel: () => stop.abort() }),
  })
  try {
    return await run({
      ...request,
      runId: held.runId,
      ...(parentRunId !== undefined && { parentRunId }),
      ...(stop && { signal: joined(stop.signal, request.signal) }),
    })
  } finally {
    held.end()
  }
}

function joined(own: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other ? AbortSignal.any([own, other]) : own
}
