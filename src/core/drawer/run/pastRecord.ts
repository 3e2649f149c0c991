// The record of a run that was ended while nobody carried it out: what its journal knows of it.

import type { RunEvent, RunFinished, RunStarted } from '#spec/drawerEvents.ts'
import type { DrawerError } from '#spec/drawerPress.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import { addEvent, innerPresses, openFold, toResult } from './fold.ts'
import { openPast, type PastRun } from './past.ts'
import { makeDrawerRecord } from './record.ts'
import { learnSecrets, openSecrets } from './secrets.ts'

export interface PastEnding {
  status: string
  error: DrawerError
  atMs: number
}

/** `ending` tells how it ended, unless it had ended by itself and only lacked its record. */
export function recordOfPast(
  started: RunStarted,
  events: readonly RunEvent[],
  ending: PastEnding,
  batteries: Iterable<string>,
): DrawerRun {
  const past = openPast(events).findRun(started.key)!
  const secrets = openSecrets(batteries)
  learnSecrets(secrets, events)
  const fold = openFold(started)
  for (const event of [...past.steps, ...past.inner]) addEvent(fold, event)
  addEvent(fold, past.finished ?? cutOff(past, ending))
  const record = makeDrawerRecord({
    result: toResult(fold),
    secretInputs: started.secret_inputs,
    redact: secrets.redact,
    inner: innerPresses(fold),
    started,
  })
  return past.finished ? record : { ...record, status: ending.status }
}

function cutOff({ started, steps }: PastRun, { error, atMs }: PastEnding): RunFinished {
  const { run_id, key } = started
  const failed = steps.find(({ verdict }) => verdict !== 'ok' && verdict !== 'tolerated')
  return {
    type: 'run.finished',
    run_id,
    key,
    at_ms: atMs,
    status: 'cancelled',
    ...(failed && { failed_step: failed.record.id }),
    error,
  }
}
