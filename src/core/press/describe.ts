// What a dry run shows of a press (buttons.md 6.3, D44): everything that was decided, no secret.

import { redactedText } from '#spec/limits.ts'
import type { PressDescription, PressPlan } from '#spec/press.ts'
import { redactor } from '#core/text/redact.ts'

export interface DescribeInput {
  plan: PressPlan
  batteries: Readonly<Record<string, string>>
  /** Where the interpreter is, for code. */
  interpreter?: string | undefined
}

export function describePlan(input: DescribeInput): PressDescription {
  const { plan, batteries, interpreter } = input
  const redact = redactor({ batteries: Object.values(batteries), declared: plan.secrets })
  const clean = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, redact(value)]))
  const secretArgs = (plan.button.args ?? []).filter((def) => def.secret).map((def) => def.name)
  const given = secretArgs.filter((name) => Object.hasOwn(plan.args, name))
  return {
    button: plan.button.name,
    runtime: plan.runtime,
    timeout: plan.timeoutMs / 1000,
    args: { ...clean(plan.args), ...Object.fromEntries(given.map((name) => [name, redactedText])) },
    ...(plan.http ?? { env: clean(plan.env) }),
    ...(plan.queue && {
      queue: {
        name: plan.queue.name,
        concurrency: plan.queue.concurrency,
        key: redact(plan.queue.key),
      },
    }),
    batteries: Object.keys(batteries).sort(),
    ...(plan.missingBatteries.length > 0 && { missing_batteries: plan.missingBatteries }),
    ...(interpreter && { interpreter }),
  }
}
