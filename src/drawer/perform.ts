// One run of one drawer, the outermost or one inside: begun, its steps run, ended, recorded, and
// its error handler called when it failed (drawers.md 6.1).

import { addEvent, openFold, toResult } from '#core/drawer/run/fold.ts'
import { checkInputs, type CheckedInputs, type GivenInputs } from '#core/drawer/run/inputs.ts'
import { pastOf, type PastRun } from '#core/drawer/run/past.ts'
import { learnSecrets } from '#core/drawer/run/secrets.ts'
import { formatSorted } from '#core/drawer/json.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { RunStarted } from '#spec/drawerEvents.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { callHandler, handlerOf } from './handler.ts'
import type { Run, RunJob } from './job.ts'
import { pinTargets } from './pins.ts'
import { remember } from './remember.ts'
import { type Ending, runSteps } from './runSteps.ts'
import type { Tree } from './tree.ts'

/** Rejects only when events cannot be kept. */
export async function perform(job: RunJob, tree: Tree): Promise<DrawerResult> {
  const past = tree.past.findRun(job.prefix)
  const given = past ? givenBefore(past, job.given) : job.given
  const checked = checkInputs(job.stored.drawer, given)
  const inputs = checked.ok ? checked.inputs : given.inputs
  const run = await begin(job, past, { ...given, inputs }, tree)
  if (!past?.finished) {
    const ending = checked.ok
      ? await runSteps(run, past ?? pastOf(run.fold.started))
      : refusedBy(checked)
    const handler = ending.status === 'failed' ? handlerOf(run) : undefined
    await run.emit({
      type: 'run.finished',
      key: job.prefix,
      ...ending,
      ...(handler !== undefined && { handler }),
    })
  }
  const result = toResult(run.fold)
  if (!past?.recorded) await remember(run, result, past !== undefined)
  if (result.status === 'failed') await callHandler(run, result)
  return result
}

// A resumed run has the inputs it was started with; those that were not kept are given again.
function givenBefore({ started }: PastRun, given: GivenInputs): GivenInputs {
  return {
    inputs: { ...given.inputs, ...started.inputs },
    texts: { ...given.texts, ...started.texts },
  }
}

function refusedBy(checked: CheckedInputs & { ok: false }): Ending {
  return { status: 'failed', error: checked.error }
}

async function begin(
  job: RunJob,
  past: PastRun | undefined,
  given: GivenInputs,
  tree: Tree,
): Promise<Run> {
  const started = past
    ? { ...past.started, inputs: given.inputs }
    : await startedEvent(job, given, tree)
  learnSecrets(tree.secrets, [started])
  const fold = openFold(started)
  const { steps, inner } = past ?? pastOf(started)
  for (const event of [...steps, ...inner]) addEvent(fold, event)
  if (past?.finished) addEvent(fold, past.finished)
  if (!past) await tree.emit(started)
  const { run_id: runId } = started
  const { clock } = tree.context
  return {
    tree,
    job,
    runId,
    drawer: job.stored.drawer,
    given,
    fold,
    emit: async (announcement) => {
      const event = { ...announcement, run_id: runId, at_ms: clock.now() }
      addEvent(fold, event)
      await tree.emit(event)
    },
  }
}

async function startedEvent(
  job: RunJob,
  { inputs, texts }: GivenInputs,
  tree: Tree,
): Promise<RunStarted> {
  const { context } = tree
  const { drawer, file } = job.stored
  const outermost = job.prefix === ''
  const secrets = (drawer.inputs ?? []).filter(({ secret }) => secret).map(({ name }) => name)
  return {
    type: 'run.started',
    run_id: outermost ? tree.runId : tree.newRunId(),
    key: job.prefix,
    at_ms: context.clock.now(),
    drawer: drawer.name,
    inputs,
    ...(Object.keys(texts).length > 0 && { texts }),
    secret_inputs: secrets,
    definition: context.hash(formatSorted(file)),
    mode: job.mode,
    ...(job.mode === 'parallel' && { on_failure: job.onFailure, concurrency: job.concurrency }),
    ...(job.parentRunId !== undefined && { parent_run_id: job.parentRunId }),
    ...(outermost && (await factsOfTree(drawer, tree))),
  }
}

async function factsOfTree(drawer: Drawer, tree: Tree): Promise<Partial<RunStarted>> {
  const { context, request } = tree
  const { durability, retryOf, reused, idempotencyBase } = request
  return {
    ...(durability !== undefined && { durability }),
    ...(retryOf !== undefined && { retry_of: retryOf }),
    ...(reused && { reused: [...reused] }),
    ...(idempotencyBase !== undefined && { idempotency_base: idempotencyBase }),
    ...(context.pin && { pinned: await pinTargets(drawer, tree, context.pin) }),
  }
}
