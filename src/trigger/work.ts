// From a delivery to a run, and from its result to what becomes of the delivery.

import { ExpressionError } from '#core/expr/errors.ts'
import { mapArgs } from '#core/webhook/mapBody.ts'
import { receivedInput, type ReceivedInput } from '#core/webhook/received.ts'
import type { DeliveryOutcome, DeliveryPlan } from '#spec/delivery.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Claim } from '#store/inbox.ts'
import type { EngineContext, RunStart } from './context.ts'

/** Runs what was claimed. Never throws: what keeps a run from starting is its outcome. */
export async function work(
  claim: Claim,
  signal: AbortSignal,
  context: EngineContext,
): Promise<DeliveryOutcome> {
  const { runId, target, id, replayed, attempt } = claim
  const source = replayed ? 'replay' : claim.source
  const start: RunStart = { runId, target, source, deliveryId: id, again: attempt > 1, signal }
  try {
    return await performers[target.kind](claim, start, context)
  } catch (error) {
    if (error instanceof Failure)
      return { status: outcomeOf(error.code), errorCode: error.code, errorMessage: error.message }
    context.log.error('A delivery could not be run', { delivery_id: id, why: describe(error) })
    return { status: 'failed', errorCode: 'INTERNAL_ERROR', errorMessage: describe(error) }
  }
}

type Perform = (claim: Claim, start: RunStart, context: EngineContext) => Promise<DeliveryOutcome>

const performers: Readonly<Record<Claim['target']['kind'], Perform>> = {
  button: performButton,
  drawer: performDrawer,
}

async function performButton(
  claim: Claim,
  start: RunStart,
  context: EngineContext,
): Promise<DeliveryOutcome> {
  const { target, plan, id, runId } = claim
  const webhook = plan.map_body ? inputOf(claim) : undefined
  const file = webhook && writeWebhookFile(claim, webhook, context)
  try {
    const { status, error_type, stderr, exit_code } = await context.press(start, {
      name: target.name,
      args: webhook ? await fillIn(plan.args ?? {}, webhook) : { ...plan.args },
      ...(plan.timeout_seconds && { timeoutSeconds: plan.timeout_seconds }),
      ...(plan.check_output && { checkOutput: true }),
      ...(plan.idempotency_key && { idempotencyKey: plan.idempotency_key }),
      runId,
      variables: {
        BUTTONS_DELIVERY_ID: id,
        ...(file !== undefined && { BUTTONS_WEBHOOK_PATH: file }),
      },
    })
    if (status === 'ok') return { status }
    const errorCode = error_type ?? 'SCRIPT_ERROR'
    // What the script said may hold secrets; its record has it, and is redacted.
    const errorMessage = stderr === '' ? `exit ${exit_code}` : `exit ${exit_code}, see the record`
    return { status: status === 'cancelled' ? 'cancelled' : 'failed', errorCode, errorMessage }
  } finally {
    if (file !== undefined) context.host.files.remove(file)
  }
}

async function performDrawer(
  claim: Claim,
  start: RunStart,
  context: EngineContext,
): Promise<DeliveryOutcome> {
  const { target, plan, runId } = claim
  const inputs = plan.inputs ?? { webhook: inputOf(claim) }
  const deadline = openDeadline(plan.timeout_seconds ?? limits.triggeredRunSeconds, start, context)
  try {
    const { status, error, failed_step } = await context.pressDrawer(
      { ...start, signal: deadline.signal },
      { name: target.name, inputs, ...optionsOf(plan), runId },
    )
    if (status === 'ok') return { status }
    if (deadline.passed()) {
      const errorMessage = `stopped after ${deadline.seconds} s`
      return { status: 'cancelled', errorCode: 'TIMEOUT', errorMessage }
    }
    const where = failed_step ? `step ${failed_step}: ` : ''
    const errorMessage = `${where}${error?.code ?? status}`
    return { status, errorCode: error?.code ?? 'CANCELLED', errorMessage }
  } finally {
    deadline.close()
  }
}

function optionsOf({ texts, mode, on_failure: onFailure, concurrency }: DeliveryPlan) {
  return {
    ...(texts && { texts }),
    ...(mode && { mode }),
    ...(onFailure && { onFailure }),
    ...(concurrency && { concurrency }),
  }
}

function openDeadline(seconds: number, { signal }: RunStart, { host }: EngineContext) {
  const controller = new AbortController()
  const forward = () => controller.abort()
  let passed = false
  const prevent = host.clock.after(seconds * 1000, () => {
    passed = true
    controller.abort()
  })
  if (signal.aborted) forward()
  else signal.addEventListener('abort', forward)
  return {
    seconds,
    signal: controller.signal,
    passed: () => passed,
    close: () => {
      prevent()
      signal.removeEventListener('abort', forward)
    },
  }
}

function inputOf(claim: Claim): ReceivedInput {
  return receivedInput(claim, claim.attempt, claim.plan.keep_raw === true)
}

async function fillIn(args: Readonly<Record<string, string>>, webhook: ReceivedInput) {
  try {
    return await mapArgs(args, webhook)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw fail('RESOLVE_ERROR', `Cannot fill in an argument: ${error.message}`, { cause: error })
  }
}

// For scripts that want more than arguments; theirs alone, and gone when they are done.
function writeWebhookFile(
  { id }: Claim,
  webhook: ReceivedInput,
  { host, store }: EngineContext,
): string {
  const path = `${store.place.dataDirectory}/hosts/${id}.json`
  host.files.replace(path, JSON.stringify(webhook), 0o600)
  return path
}

function outcomeOf(code: string): DeliveryOutcome['status'] {
  return code === 'CANCELLED' ? 'cancelled' : 'failed'
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
