// Presses to be done later: committed to the inbox before they are answered (serve.md 9.8).

import { slug } from '#core/name/slug.ts'
import { newRunId } from '#core/run/id.ts'
import { announce } from './announced.ts'
import { answer } from './answer.ts'
import type { Hosting } from './hosting.ts'
import type { AcceptedPress } from './parts.ts'
import { refuseHttp } from './presses.ts'
import type { Call } from './route.ts'

export type Wanted = Omit<AcceptedPress, 'runId' | 'requestId'>

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
  const { kind, name, args = {}, inputs = {} } = wanted
  if (kind === 'button') {
    refuseHttp(await hosting.store.buttons.find(name), hosting)
    await app.planPress({ name, args })
  } else await app.planDrawerPress({ name, inputs }, () => {})
  const runId = newRunId(machine.clock.now(), machine.random)
  await parts.accept({ ...wanted, runId, requestId: facts.requestId })
  announce(runId, { kind, target: slug(name), source: 'api' }, hosting)
  facts.runId = runId
  hosting.audit.record({
    request_id: facts.requestId,
    actor: facts.actor,
    client: facts.client,
    surface: facts.surface,
    action: 'press',
    target: `${kind}/${name}`,
    run_id: runId,
    status: 'accepted',
  })
  const data = { run_id: runId, status: 'accepted', events: `/api/runs/${runId}/events` }
  return answer(data, 202, { 'Preference-Applied': 'respond-async' })
}

/** RFC 7240: preferences are separated by commas and may carry parameters. */
function prefersAsync(request: Request): boolean {
  const preferences = (request.headers.get('prefer') ?? '').toLowerCase().split(',')
  return preferences.some((preference) => preference.split(';')[0]!.trim() === 'respond-async')
}
