// The error handler of a drawer: another drawer, run after a failed run with what is known of the
// failure (drawers.md 6.11, B37). Whatever happens to it, the failed run stays as it is.

import { handlerPrefix } from '#core/drawer/run/keys.ts'
import { checkPressable } from '#core/drawer/run/pressable.ts'
import { redactError, redactInputs } from '#core/drawer/run/record.ts'
import { ExpressionError, formatExpressionError } from '#core/expr/errors.ts'
import { setField } from '#core/expr/output.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import { slug } from '#core/name/slug.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { StoredDrawer } from '#store/store.ts'
import type { Run } from './job.ts'
import { openDeadline } from './signals.ts'

export async function callHandler(run: Run, result: DrawerResult): Promise<void> {
  const { drawer, job, tree } = run
  const name = handlerOf(run)
  if (name === undefined) return
  const { warn } = tree.context
  const stored = await findHandler(name, run)
  if (!stored) return
  // Its own time, whatever ended the run; only the caller's own stop ends it early.
  const deadline = openDeadline(tree.signal, limits.handlerMs, tree.context.clock)
  const handled = await tree.perform({
    stored,
    given: { inputs: await payload(run, result), texts: {} },
    prefix: handlerPrefix(job.prefix),
    stack: [...job.stack, name],
    signal: deadline.signal,
    mode: 'sequential',
    onFailure: 'stop',
    concurrency: 1,
    parentRunId: run.runId,
  })
  deadline.close()
  if (handled.status === 'ok') return
  const why = deadline.passed()
    ? `stopped after ${limits.handlerMs / 1000} s`
    : handled.error?.message
  warn(`the error handler "${name}" of "${drawer.name}" failed: ${why}`)
}

/** The slug of the drawer that handles a failure; one that is failing already is not started again. */
export function handlerOf({ drawer, job }: Pick<Run, 'drawer' | 'job'>): string | undefined {
  const name = slug(drawer.on_error?.drawer ?? '')
  return name === '' || job.stack.includes(name) ? undefined : name
}

async function findHandler(name: string, run: Run): Promise<StoredDrawer | undefined> {
  const { tree, drawer } = run
  const what = `cannot call the error handler "${name}" of "${drawer.name}"`
  try {
    const stored = await tree.findDrawer(name)
    if (stored) checkPressable(stored.drawer)
    else tree.context.warn(`${what}: no such drawer`)
    return stored
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    tree.context.warn(`${what}: ${error.message}`)
    return undefined
  }
}

async function payload(run: Run, result: DrawerResult): Promise<Record<string, unknown>> {
  const { drawer, fold, tree } = run
  const { redact } = tree.secrets
  const facts: Record<string, unknown> = {
    drawer: result.drawer,
    run_id: result.run_id,
    failed_step: result.failed_step ?? '',
    error: redactError(result.error!, redact),
    inputs: redactInputs(result.inputs ?? {}, fold.started.secret_inputs, redact),
  }
  const overlay = drawer.on_error?.with ?? {}
  await prepareExpressions(overlay)
  const inputs = { ...facts }
  for (const [key, value] of Object.entries(overlay))
    setField(inputs, key, resolveOrKeep(key, value, facts, run))
  return inputs
}

function resolveOrKeep(
  key: string,
  value: unknown,
  roots: Record<string, unknown>,
  { tree, drawer }: Run,
): unknown {
  try {
    return resolveValue(value, { roots, env: tree.context.env })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const why = formatExpressionError(error)
    tree.context.warn(`on_error.with.${key} of "${drawer.name}" is handed on as text: ${why}`)
    return value
  }
}
