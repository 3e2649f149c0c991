// A button step: one press through the one pipeline, its output read as JSON where it is JSON
// (drawers.md 6.2).

import { fillArgs, formatArgs } from '#core/drawer/run/args.ts'
import { stableKey } from '#core/drawer/run/keys.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import { outputValue } from '#core/output/value.ts'
import { truncate } from '#core/text/truncate.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { StoredButton } from '#store/store.ts'
import { type Act, cancelled, contextOf, done, failed, type Outcome } from '../act.ts'

export async function button(act: Act): Promise<Outcome> {
  const stored = await getButton(act)
  act.noted.button = stored.button.name
  const args = readArgs(act, stored)
  act.noted.args = args
  const result = await press(requestOf(act, stored, formatArgs(args)), act)
  return 'verdict' in result ? result : outcomeOf(result, act)
}

async function getButton({ step, run }: Act): Promise<StoredButton> {
  if (!step.button) throw fail('VALIDATION_ERROR', `step "${step.id}" names no button`)
  const stored = await run.tree.findButton(step.button)
  if (stored) return stored
  throw fail('BUTTON_NOT_FOUND', `step "${step.id}" presses "${step.button}": no such button`, {
    hint: 'buttons list shows all buttons',
  })
}

function readArgs(act: Act, { button: { args: declared = [] } }: StoredButton) {
  const { step, run } = act
  const resolved = resolveValue(step.args ?? {}, contextOf(act)) as Record<string, unknown>
  const args = fillArgs(resolved, declared, run.given)
  const secret = declared.filter((def) => def.secret && Object.hasOwn(args, def.name))
  for (const { name } of secret) run.tree.secrets.add(args[name])
  if (secret.length > 0) act.noted.secret_args = secret.map(({ name }) => name)
  return args
}

function requestOf(
  { step, run, key, signal }: Act,
  stored: StoredButton,
  args: Record<string, string>,
): PressRequest {
  const { tree } = run
  const stepName = stableKey(key)
  return {
    name: stored.button.name,
    args,
    record: false,
    signal,
    ...(tree.hurry && { hurry: tree.hurry }),
    ...((step.timeout_seconds ?? 0) > 0 && { timeoutSeconds: step.timeout_seconds! }),
    variables: {
      BUTTONS_RUN_ID: tree.runId,
      BUTTONS_STEP: stepName,
      BUTTONS_IDEMPOTENCY_KEY: tree.context.hash(`${tree.idempotencyBase}\n${stepName}`),
    },
  }
}

// What keeps a press from starting is a mistake in the drawer, but for these.
async function press(request: PressRequest, act: Act): Promise<PressResult | Outcome> {
  try {
    return await act.run.tree.press(request)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.code === 'CANCELLED') return cancelled(act.step)
    const { code, message, hint } = error
    const described = { code, message, ...(hint !== undefined && { remediation: hint }) }
    if (code === 'QUEUE_TIMEOUT' || code === 'STORAGE_ERROR') return failed(described)
    throw fail(refusals[code] ?? code, message, hint === undefined ? {} : { hint })
  }
}

// A missing argument has another code here than in a press by itself (drawers.md 6.2).
const refusals: Readonly<Partial<Record<string, 'BUTTON_NOT_FOUND' | 'VALIDATION_ERROR'>>> = {
  NOT_FOUND: 'BUTTON_NOT_FOUND',
  MISSING_ARG: 'VALIDATION_ERROR',
}

function outcomeOf(result: PressResult, { step, noted }: Act): Outcome {
  const { status, stdout, stderr } = result
  Object.assign(noted, {
    exit_code: result.exit_code,
    duration_ms: result.duration_ms,
    stdout,
    stderr,
    ...(result.queue_wait_ms !== undefined && { queue_wait_ms: result.queue_wait_ms }),
  })
  if (status === 'ok') return done(outputValue(stdout))
  if (status === 'cancelled') return cancelled(step)
  const message = truncate(stderr.trim(), limits.stepMessageBytes, '…') || silentFailure(result)
  return failed({ code: result.error_type ?? 'SCRIPT_ERROR', message }, status)
}

function silentFailure({ status, exit_code, duration_ms }: PressResult): string {
  if (status === 'timeout') return `step failed: stopped after ${Math.round(duration_ms / 1000)} s`
  return exit_code > 0 ? `step failed with exit status ${exit_code}` : 'step failed'
}
