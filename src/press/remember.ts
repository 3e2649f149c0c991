// Recording a press. A record that cannot be written is a warning: the press has happened.

import { makeRecord } from '#core/press/record.ts'
import type { Secrets } from '#core/text/redact.ts'
import type { Button } from '#spec/button.ts'
import type { PressContext } from './context.ts'
import type { Executed } from './execute.ts'
import type { Held } from './held.ts'
import type { Charged } from './prepare.ts'

export async function remember(
  { result, target, claim }: Executed,
  charged: Charged,
  { store, warn }: PressContext,
  { request, lineage }: Pick<Held, 'request' | 'lineage'>,
): Promise<void> {
  const secrets = secretsOf(charged)
  const secretArgs = secretArgsOf(charged.plan.button)
  try {
    const { run, spilled } = makeRecord({
      result,
      startedMs: claim.startedMs,
      secrets,
      secretArgs,
      lineage,
      timeoutMs: charged.plan.timeoutMs,
      keepAnswer: request.keepAnswer === true,
    })
    await store.runs.record(target, claim, run, spilled)
  } catch (error) {
    warn((error as Error).message)
  }
}

/** What must not be stored with anything about this press. */
export function secretsOf({ plan, batteries }: Charged): Secrets {
  return { batteries: Object.values(batteries), declared: plan.secrets }
}

/** Names of the arguments a button declares secret. */
export function secretArgsOf(button: Button): string[] {
  const names: string[] = []
  for (const def of button.args ?? []) if (def.secret) names.push(def.name)
  return names
}
