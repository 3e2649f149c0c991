// Presses to be done later: committed to the inbox before they are answered (serve.md 9.8).

import { slug } from '#core/name/slug.ts'
import { newRunId } from '#core/run/id.ts'
import { callerOf } from './audit.ts'
import { announce } from './announced.ts'
import { answer } from './answer.ts'
import type { DeliveryPlan } from '#spec/delivery.ts'
import { limits } from '#spec/limits.ts'
import type { Hosting } from './hosting.ts'
import { refuseHttp, type DrawerPress, type Wanted as ButtonPress } from './presses.ts'
import type { Call } from './route.ts'

/** What a caller wants pressed: a button with arguments, or a drawer with inputs. */
export type Wanted =
  ({ kind: 'button' } & ButtonPress) | ({ kind: 'drawer'; timeoutSeconds?: number } & DrawerPress)

/**
 * Accepts a press when the caller wants that and the host can; undefined: it is to be done now.
 * Throws what would keep the press from starting, as far as that can be told.
 */
export async function accept(
  { request, facts }: Call,
  wanted: Wanted,
  asked: string | undefined,
  hosting: Hosting,
): Promise<Response | undefined> {
  const { parts, machine, app } = hosting
  if (!parts.accept || (asked === undefined && !prefersAsync(request))) return undefined
  const { kind, name } = wanted
  if (wanted.kind === 'button') {
    refuseHttp(await hosting.store.buttons.find(name), hosting)
    await app.planPress(wanted)
  } else await app.planDrawerPress(wanted, () => {})
  const runId = newRunId(machine.clock.now(), machine.random)
  await parts.accept({ runId, kind, name, plan: planOf(wanted) })
  announce(runId, { kind, target: slug(name), source: 'api' }, hosting)
  facts.runId = runId
  hosting.audit.record({
    ...callerOf(facts),
    action: 'press',
    target: `${kind}/${name}`,
    run_id: runId,
    status: 'accepted',
  })
  const data = { run_id: runId, status: 'accepted', events: `/api/runs/${runId}/events` }
  return answer(data, 202, { 'Preference-Applied': 'respond-async' })
}

function planOf(wanted: Wanted): DeliveryPlan {
  const { timeoutSeconds = 0 } = wanted
  const limitTo = (seconds: number) => (seconds > 0 ? { timeout_seconds: seconds } : {})
  if (wanted.kind === 'drawer') {
    const { inputs, texts, mode, onFailure, concurrency } = wanted
    return {
      ...limitTo(timeoutSeconds),
      inputs,
      ...(texts && { texts: { ...texts } }),
      ...(mode && { mode }),
      ...(onFailure && { on_failure: onFailure }),
      ...(concurrency && { concurrency }),
    }
  }
  const { args, idempotencyKey, checkOutput } = wanted
  return {
    // What a caller asks for is cut as for a press that is waited for (serve.md 2.7).
    ...limitTo(Math.min(timeoutSeconds, limits.apiPressSeconds)),
    args: { ...args },
    ...(idempotencyKey && { idempotency_key: idempotencyKey }),
    ...(checkOutput && { check_output: true }),
  }
}

/** RFC 7240: preferences are separated by commas and may carry parameters. */
function prefersAsync(request: Request): boolean {
  const preferences = (request.headers.get('prefer') ?? '').toLowerCase().split(',')
  return preferences.some((preference) => preference.split(';')[0]!.trim() === 'respond-async')
}
