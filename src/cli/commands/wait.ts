// `buttons wait ID…`: sleeps until runs are over and prints what their presses would have printed.

import type { RunOutcome } from '#spec/runs.ts'
import { fail } from '#spec/errors.ts'
import { defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'
import { showOutcome } from '../format/outcome.ts'
import type { Output } from '../printer.ts'
import { openDesk, remoteArgs } from '../remote.ts'

export const command = defineCommand({
  args: {
    ids: { type: 'positional', rest: true, valueHint: 'id…', description: 'The runs' },
    any: { type: 'boolean', description: 'Until the first of them is over, and only that one' },
    all: { type: 'boolean', description: 'Until all of them are over, as without a flag' },
    timeout: {
      type: 'string',
      kind: 'duration',
      valueHint: 'duration',
      description: 'Give up after this long; the runs go on',
    },
    ...remoteArgs,
  },
  examples: ['wait 0192f3a1b2c34d5e', 'wait 0192f3a1b2c34d5e 0192f3a1b2c34d5f --any --timeout 10m'],
  run: async ({ args, app, out }) => {
    const { ids, any, all, timeout } = args
    if (any && all) throw usageError('--any and --all exclude each other')
    const outcomes = await (
      await openDesk(args, app, out)
    ).wait({
      runIds: ids,
      mode: any ? 'any' : 'all',
      alone: true,
      ...(timeout !== undefined && { timeoutMs: Math.max(0, timeout) }),
    })
    const [only] = outcomes
    return outcomes.length === 1 && only ? answerOne(only, out) : answerAll(outcomes, out)
  },
})

function answerOne(outcome: RunOutcome, out: Output): number {
  const { ok, data, error, cached } = outcome
  if (!ok && !out.watched) throw failureOf(outcome)
  out.answer(data ?? error, (people) => showOutcome(outcome, people), cached ? { cached } : {})
  return ok ? 0 : 1
}

function failureOf({ data, error }: RunOutcome) {
  const { code, message, hint } = error!
  return fail(code as Parameters<typeof fail>[0], message, {
    ...(data !== undefined && { data }),
    ...(hint !== undefined && { hint }),
  })
}

function answerAll(outcomes: readonly RunOutcome[], out: Output): number {
  const failures = outcomes.filter(({ ok }) => !ok).length
  const results = outcomes.map(({ run_id, target, status, ok, data, error }) => ({
    run_id,
    target,
    status,
    ok,
    ...(data !== undefined && { result: data }),
    ...(error && { error }),
  }))
  out.answer({ results, total: outcomes.length, failures }, (people) => {
    for (const outcome of outcomes) showOutcome(outcome, people)
  })
  return failures > 0 ? 1 : 0
}
