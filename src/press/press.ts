// The only way to press a button, whichever surface asks: decide, carry out, remember.

import { makeRecord } from '#core/press/record.ts'
import { notStarted, type Outcome } from '#core/press/classify.ts'
import { planPress } from '#core/press/plan.ts'
import { findRuntimeName, untouched } from '#core/button/runtime.ts'
import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { formatTime } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import type { PressResult, Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { RunClaim, Store, StoredButton } from '#store/store.ts'
import { newRunId } from './runId.ts'
import { runtimes } from './runtimes/index.ts'

export interface PressContext {
  host: Host
  store: Store
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
}

export interface Prepared {
  stored: StoredButton
  plan: PressPlan
}

/** Finds the button and decides everything. Throws NOT_FOUND, MISSING_ARG, VALIDATION_ERROR. */
export async function preparePress(
  request: PressRequest,
  { store }: PressContext,
): Promise<Prepared> {
  const stored = await store.buttons.find(request.name)
  if (!stored) throw await unknownButton(request.name, store)
  return { stored, plan: planPress(stored.button, request) }
}

/** Presses a button and records it. A press that ran and failed is a result, not an error. */
export async function press(request: PressRequest, context: PressContext): Promise<PressResult> {
  const prepared = await preparePress(request, context)
  warnAbout(prepared, context)
  return execute(request, prepared, context)
}

async function unknownButton(name: string, store: Store) {
  const what = `Cannot press "${name}"`
  if ((await store.buttons.findHomonym(name)) === 'app')
    return fail('VALIDATION_ERROR', `${what}: it is an app, which is served, not pressed`, {
      hint: `buttons serve ${slug(name)}`,
    })
  const near = suggest(slug(name), await store.buttons.names())
  return fail('NOT_FOUND', `${what}: no such button`, {
    hint: near
      ? `Did you mean "${near}"? buttons list --json shows all`
      : 'buttons list --json shows all buttons',
  })
}

function warnAbout({ plan, stored }: Prepared, { warn }: PressContext): void {
  if (stored.otherName !== undefined)
    warn(
      `button.json of "${plan.button.name}" carries the name "${stored.otherName}"; the folder decides`,
    )
  if (plan.undeclared.length > 0)
    warn(
      `"${plan.button.name}" declares no argument ${plan.undeclared.map((name) => `"${name}"`).join(', ')}`,
    )
}

async function execute(
  request: PressRequest,
  { stored, plan }: Prepared,
  context: PressContext,
): Promise<PressResult> {
  const { host, store, warn } = context
  const target: Target = { kind: 'button', name: plan.button.name }
  const batteries = await store.batteries.effective()
  const startedMs = host.clock.now()
  const started = host.clock.monotonic()
  const runId = newRunId(startedMs, host.random)
  let claim: RunClaim = { startedMs }
  const outcome = await runPlan({
    plan,
    stored,
    host,
    store,
    batteries,
    runId,
    signal: request.signal,
    onOutput: request.onOutput,
    warn,
    claimProgress: async () => {
      if (request.record === false) return undefined
      claim = await store.runs.claimProgress(target, startedMs)
      return claim.progressPath
    },
  })
  const result: PressResult = {
    status: outcome.status,
    exit_code: outcome.exit_code,
    ...(outcome.http_status_code && { http_status_code: outcome.http_status_code }),
    stdout: outcome.stdout,
    stderr: outcome.stderr,
    duration_ms: Math.round(host.clock.monotonic() - started),
    ...(outcome.error_type && { error_type: outcome.error_type }),
    ...(outcome.truncated && { truncated: true }),
    ...(await attachedPrompt(plan, store)),
    button: plan.button.name,
    ...(Object.keys(plan.args).length > 0 && { args: plan.args }),
    started_at: formatTime(startedMs),
    ...(claim.progressPath && { progress_path: claim.progressPath }),
    run_id: runId,
  }
  if (request.record !== false) await remember(result, target, claim, plan, batteries, context)
  return result
}

async function runPlan(
  job: Parameters<NonNullable<(typeof runtimes)['shell']>['run']>[0],
): Promise<Outcome> {
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

async function remember(
  result: PressResult,
  target: Target,
  claim: RunClaim,
  plan: PressPlan,
  batteries: Readonly<Record<string, string>>,
  { store, warn }: PressContext,
): Promise<void> {
  const secretArgs = (plan.button.args ?? []).filter((def) => def.secret).map((def) => def.name)
  const secrets = { batteries: Object.values(batteries), declared: plan.secrets }
  const run = makeRecord({ result, startedMs: claim.startedMs, secrets, secretArgs })
  try {
    await store.runs.record(target, claim, run)
  } catch (error) {
    warn((error as Error).message)
  }
}
