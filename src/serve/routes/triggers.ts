// All triggers over the API, with their next and last fires and what is wrong with them.

import { publicSpec } from '#core/serve/publicSpec.ts'
import { formatTime } from '#core/time/format.ts'
import type { TriggerEngine, TriggerState } from '#trigger/engine.ts'
import { answer } from '../answer.ts'
import type { Route } from '../route.ts'

export function triggerRoutes(engine: TriggerEngine): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/triggers',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'listTriggers',
        summary: 'List triggers with their next and last fires',
        answer: 'TriggerPage',
      },
      handle: () =>
        answer({
          triggers: engine.listTriggers().map(describe),
          next: null,
          scheduler: engine.scheduler,
          shadowed: engine.shadowed.map(({ trigger, why }) => ({ ...nameOf(trigger), why })),
          problems: engine.problems.map(({ target, id, why }) => ({
            kind: target.kind,
            target: target.name,
            ...(id !== undefined && { id }),
            why,
          })),
        }),
    },
  ]
}

function describe({ trigger, nextMs, lastMs }: TriggerState) {
  const { settings, token, kind } = trigger
  const { auth, schedule, timezone, enabled } = publicSpec(settings)
  return {
    ...nameOf(trigger),
    trigger: kind,
    ...(trigger.id !== undefined && { id: trigger.id }),
    ...(schedule !== undefined && { schedule }),
    ...(timezone !== undefined && { timezone }),
    ...(kind === 'webhook' && { auth_type: auth?.type || 'none', token: token !== undefined }),
    enabled: enabled !== false,
    ...(nextMs !== undefined && { next_fire: formatTime(nextMs) }),
    ...(lastMs !== undefined && { last_fire: formatTime(lastMs) }),
  }
}

function nameOf({ target, path }: TriggerState['trigger']) {
  return { kind: target.kind, target: target.name, ...(path !== '' && { path }) }
}
