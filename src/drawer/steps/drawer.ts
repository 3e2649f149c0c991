// A drawer step: a run of its own, with its own id, record and error handler, whose `return` is
// the output (drawers.md 6.4).

import { nestedPrefix } from '#core/drawer/run/keys.ts'
import { checkPressable } from '#core/drawer/run/pressable.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { StoredDrawer } from '#store/store.ts'
import { type Act, cancelled, contextOf, done, failed, type Outcome } from '../act.ts'

export async function drawer(act: Act): Promise<Outcome> {
  const { step, run, noted, inside, signal } = act
  const stored = await getDrawer(act)
  const inputs = resolveValue(step.args ?? {}, contextOf(act)) as Record<string, unknown>
  noted.args = inputs
  checkStack(stored.drawer.name, run.job.stack)
  checkPressable(stored.drawer)
  const result = await run.tree.perform({
    stored,
    given: { inputs, texts: {} },
    prefix: nestedPrefix(inside),
    stack: [...run.job.stack, stored.drawer.name],
    signal,
    mode: 'sequential',
    onFailure: 'stop',
    concurrency: 1,
    parentRunId: run.runId,
  })
  noted.nested_run_id = result.run_id
  noted.duration_ms = result.duration_ms
  return outcomeOf(result, act)
}

async function getDrawer({ step, run }: Act): Promise<StoredDrawer> {
  if (!step.drawer) throw fail('VALIDATION_ERROR', `step "${step.id}" names no drawer`)
  const stored = await run.tree.findDrawer(step.drawer)
  if (stored) return stored
  throw fail('DRAWER_NOT_FOUND', `step "${step.id}" runs "${step.drawer}": no such drawer`, {
    hint: 'buttons drawer list shows all drawers',
  })
}

function checkStack(name: string, stack: readonly string[]): void {
  if (stack.includes(name))
    throw fail('SUBDRAWER_CYCLE', `drawer "${name}" runs itself: ${[...stack, name].join(' → ')}`)
  if (stack.length >= limits.drawerStack)
    throw fail('SUBDRAWER_DEPTH', `drawers are nested more than ${limits.drawerStack} deep`)
}

function outcomeOf(result: DrawerResult, { step }: Act): Outcome {
  if (result.status === 'cancelled') return cancelled(step)
  const cause = result.status === 'failed' ? result.error! : result.output_error
  if (!cause) return done(result.output ?? {})
  const code = result.status === 'failed' ? 'SUBDRAWER_FAILED' : 'RETURN_ERROR'
  const message = `sub-drawer "${result.drawer}": ${cause.code}: ${cause.message}`
  return failed({ code, message, cause })
}
