// What is known of the run of a drawer that is to be tried again: from its record once it is over,
// from its journal when its process died.

import { stepKeys } from '#core/drawer/run/keys.ts'
import { openPast, type PastRun } from '#core/drawer/run/past.ts'
import { fail } from '#spec/errors.ts'
import type { ReusedStep, RunEvent, RunStarted } from '#spec/drawerEvents.ts'
import type { DrawerRequest, StepRecord } from '#spec/drawerPress.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { ActiveRun } from '#store/store.ts'
import type { FoundRun } from './find.ts'
import type { Rooms } from './rooms.ts'

export interface OldRun {
  name: string
  inputs: Record<string, unknown>
  texts: Record<string, string>
  mode: NonNullable<DrawerRequest['mode']>
  onFailure?: DrawerRequest['onFailure']
  concurrency?: number
  /** What the idempotency keys of its steps were made of. */
  base: string
  finished: ReusedStep[]
  /** It went well, and somebody may have been told so: whoever wants it again wants all of it. */
  ok: boolean
  interrupted?: ActiveRun
}

/** Throws RUN_ACTIVE for a run that is not over, NOT_APPLICABLE for one that has kept nothing. */
export async function describeOld(
  runId: string,
  found: FoundRun,
  rooms: Pick<Rooms, 'store'>,
): Promise<OldRun> {
  if (found.state === 'stored')
    return ofRecord(runId, found.stored.name, found.stored.run as DrawerRun)
  const { active } = found
  if (active.held)
    throw fail('RUN_ACTIVE', `Cannot retry run ${runId}: it has not ended`, {
      hint: `buttons wait ${runId}, or buttons cancel ${runId}`,
    })
  const events = (await rooms.store.journal.read(runId)) ?? []
  const [started] = events
  if (started?.type === 'run.started') return { ...ofJournal(started, events), interrupted: active }
  throw fail('NOT_APPLICABLE', `Cannot retry run ${runId}: it has kept no journal`, {
    hint: `Press it again; buttons cancel ${runId} closes this run`,
  })
}

function ofJournal(started: RunStarted, events: readonly RunEvent[]): OldRun {
  const past: PastRun = openPast(events).findRun('')!
  return {
    name: started.drawer,
    inputs: started.inputs,
    texts: started.texts ?? {},
    mode: started.mode,
    ...(started.on_failure && { onFailure: started.on_failure }),
    ...(started.concurrency && { concurrency: started.concurrency }),
    base: started.idempotency_base ?? started.run_id,
    finished: past.steps.flatMap(({ key, verdict, record, secret_args, index = 0 }) =>
      verdict === 'ok' || verdict === 'tolerated'
        ? [{ key, verdict, record, index, ...(secret_args && { secret_args }) }]
        : [],
    ),
    // Also when its last step had ended well: everybody was told that it was interrupted.
    ok: false,
  }
}

function ofRecord(runId: string, name: string, run: DrawerRun): OldRun {
  const keys = stepKeys('', run.steps)
  const { failed_step, status, mode = 'sequential', on_failure, concurrency } = run
  return {
    name,
    inputs: run.inputs ?? {},
    texts: {},
    mode,
    ...(on_failure && { onFailure: on_failure }),
    ...(concurrency && { concurrency }),
    base: run.idempotency_base ?? runId,
    finished: run.steps.flatMap((step, index) => {
      const verdict = step.status === 'ok' ? 'ok' : 'tolerated'
      const record = step as unknown as StepRecord
      // Of a sequential run everything before the step that failed was done or tolerated.
      const counts = verdict === 'ok' || (mode === 'sequential' && step.id !== failed_step)
      return counts ? [{ key: keys[index]!, verdict, record, index }] : []
    }),
    ok: status === 'ok',
  }
}
