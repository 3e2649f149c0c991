// Carrying a plan out by its runtime, and making the result of what comes back.

import { notStarted, type Outcome } from '#core/press/classify.ts'
import { findRuntimeName, untouched } from '#core/button/runtime.ts'
import { newRunId } from '#core/run/id.ts'
import { formatTime } from '#core/time/format.ts'
import type { OutputListener, PressPlan, PressRequest } from '#spec/press.ts'
import type { PressResult, Target } from '#spec/run.ts'
import type { RunClaim, Store } from '#store/store.ts'
import type { PressContext } from './context.ts'
import { checkOutcome } from './outputCheck.ts'
import type { Charged } from './prepare.ts'
import type { Job } from './runtimes/runtime.ts'
import { runtimes } from './runtimes/index.ts'
import type { Place } from './slot.ts'

export interface Executed {
  result: PressResult
  target: Target
  claim: RunClaim
}

export async function execute(
  request: PressRequest,
  { stored, plan, batteries, http }: Charged,
  { host, store, warn }: PressContext,
  { waitedMs }: Place,
): Promise<Executed> {
  const { button } = plan
  const target: Target = { kind: 'button', name: button.name }
  const startedMs = host.clock.now()
  const started = host.clock.monotonic()
  const runId = request.runId ?? newRunId(startedMs, host.random)
  // Steps of a drawer carry the run they belong to.
  const { BUTTONS_RUN_ID: ownerId = runId, BUTTONS_STEP: step } = request.variables ?? {}
  let claim: RunClaim = { startedMs }
  const run = await runPlan({
    plan,
    stored,
    host,
    store,
    batteries,
    http,
    runId,
    idempotencyKey: request.idempotencyKey ?? runId,
    stepsPath: store.active.stepsPath(ownerId),
    signal: request.signal,
    hurry: request.hurry,
    onOutput: await watcherOf(request, plan, batteries),
    onStart: (group) => store.active.started(ownerId, group, step),
    // The steps of a drawer are known to have begun without that.
    onSend: step === undefined ? () => store.active.sent(ownerId) : undefined,
    live: request.onOutput !== undefined && request.unhurried !== true,
    warn,
    claimProgress: async () => {
      if (request.record === false)
        return step === undefined
          ? claim
          : { ...claim, artifactsPath: store.active.artifactsPath(ownerId, step) }
      claim = await store.runs.claimProgress(target, startedMs)
      if (claim.progressPath) request.onProgressPath?.(claim.progressPath)
      return claim
    },
  })
  const durationMs = Math.round(host.clock.monotonic() - started)
  const { outcome, report } = await checkOutcome(run, button, request.checkOutput === true)
  const result: PressResult = {
    status: outcome.status,
    exit_code: outcome.exit_code,
    ...(outcome.http_status_code && { http_status_code: outcome.http_status_code }),
    stdout: outcome.stdout,
    stderr: outcome.stderr,
    duration_ms: durationMs,
    ...(waitedMs !== undefined && { queue_wait_ms: waitedMs }),
    ...(outcome.error_type && { error_type: outcome.error_type }),
    ...(outcome.truncated && { truncated: true }),
    // Whoever asks for no record keeps its own, which has no place for instructions.
    ...(request.record !== false && !stored.plain && (await attachedPrompt(plan, store))),
    button: button.name,
    ...(Object.keys(plan.args).length > 0 && { args: plan.args }),
    started_at: formatTime(startedMs),
    ...(claim.progressPath && { progress_path: claim.progressPath }),
    ...report,
    ...(plan.missingBatteries.length > 0 && { missing_batteries: plan.missingBatteries }),
    run_id: runId,
  }
  return { result, target, claim }
}

// What others can read while the press runs must be as clean as its record.
async function watcherOf(
  { onOutput, redactOutput }: PressRequest,
  { secrets }: PressPlan,
  batteries: Charged['batteries'],
): Promise<OutputListener | undefined> {
  if (!onOutput || !redactOutput) return onOutput
  const { redactOutputOf } = await import('./cleanOutput.ts')
  return redactOutputOf(onOutput, { batteries: Object.values(batteries), declared: secrets })
}

async function runPlan(job: Job): Promise<Outcome> {
  const name = findRuntimeName(job.plan.runtime)
  const runtime = name && runtimes[name]
  if (!runtime) return notStarted('RUNTIME_MISSING', `runtime "${job.plan.runtime}" not found`)
  return runtime.run(job)
}

// Every kind of button carries its instructions beside its output, once somebody has written them.
async function attachedPrompt(plan: PressPlan, store: Store): Promise<{ prompt?: string }> {
  try {
    const { text = '' } = await store.buttons.readInstructions(plan.button.name)
    const prompt = text.trim()
    return prompt === '' || untouched(prompt) ? {} : { prompt }
  } catch {
    // Instructions nobody can read are no reason to lose a run.
    return {}
  }
}
