// What a press of a drawer would do, as far as that can be told before any step has run
// (drawers.md 3.11, B44).

import { fillArgs } from '#core/drawer/run/args.ts'
import { checkInputs, type GivenInputs } from '#core/drawer/run/inputs.ts'
import { checkPressable } from '#core/drawer/run/pressable.ts'
import { redactInputs, redactValue } from '#core/drawer/run/record.ts'
import { expose, openScope, type Scope } from '#core/drawer/run/scope.ts'
import { openSecrets } from '#core/drawer/run/secrets.ts'
import { kindOf, type Neighbours } from '#core/drawer/neighbours.ts'
import { validateDrawer } from '#core/drawer/validate/drawer.ts'
import type { Report } from '#core/drawer/validate/issue.ts'
import { ExpressionError, formatExpressionError } from '#core/expr/errors.ts'
import { setField } from '#core/expr/output.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import { slug } from '#core/name/slug.ts'
import type { DrawerRequest } from '#spec/drawerPress.ts'
import type { Environment } from '#spec/env.ts'
import type { Step } from '#spec/steps.ts'
import type { Store } from '#store/store.ts'
import { getDrawer, loadNeighbours } from './author/find.ts'
import { readWebhooks } from './tree.ts'

export interface DrawerPressPlan {
  /** Slug of the drawer. */
  drawer: string
  inputs_resolved: Record<string, unknown>
  validation: Report
  steps_to_run: PlannedStep[]
}

export interface PlannedStep {
  id: string
  kind: string
  /** Empty for steps that press none. */
  button: string
  drawer?: string
  /** By name; what cannot be told yet is `{"unresolved": why}`. */
  args_resolved: Record<string, unknown>
}

/** Throws NOT_FOUND, VALIDATION_ERROR or FLOW_RUNTIME_REQUIRED. */
export async function previewDrawer(
  request: DrawerRequest,
  { store, env, warn }: { store: Store; env: Environment; warn: (message: string) => void },
): Promise<DrawerPressPlan> {
  const { drawer, file } = await getDrawer(request.name, store)
  checkPressable(drawer)
  const near = await loadNeighbours(drawer, store)
  const texts = request.texts ?? {}
  const checked = checkInputs(drawer, { inputs: request.inputs, texts })
  const given = { inputs: checked.ok ? checked.inputs : request.inputs, texts }
  const hidden = (drawer.inputs ?? []).filter(({ secret }) => secret).map(({ name }) => name)
  const { add, redact } = openSecrets([])
  for (const name of hidden) add([given.inputs[name], texts[name]])
  await prepareExpressions(file)
  const steps = drawer.steps ?? []
  const planned = planSteps(steps, openScope(given.inputs, await readWebhooks({ store, warn })), {
    env,
    near,
    given,
  })
  return {
    drawer: drawer.name,
    inputs_resolved: redactInputs(given.inputs, hidden, redact),
    validation: validateDrawer(drawer, near),
    steps_to_run: redactValue(planned, redact) as PlannedStep[],
  }
}

interface Around {
  env: Environment
  near: Neighbours
  given: GivenInputs
}

function planSteps(steps: readonly Step[], scope: Scope, around: Around): PlannedStep[] {
  return steps.map((step) => {
    const planned = planStep(step, scope, around)
    // Nothing is known of an output yet: a reference into it shows as unresolved.
    expose(scope, step.id, {})
    return planned
  })
}

function planStep(step: Step, scope: Scope, { env, near, given }: Around): PlannedStep {
  const kind = kindOf(step)
  const args: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(step.args ?? {}))
    setField(args, name, resolveOrExplain(value, { roots: scope.roots, env }))
  const declared = kind === 'button' ? near.findButton(slug(step.button ?? ''))?.args : undefined
  return {
    id: step.id,
    kind,
    button: step.button ?? '',
    ...(kind === 'drawer' && { drawer: step.drawer ?? '' }),
    args_resolved: declared ? fillArgs(args, declared, given) : args,
  }
}

function resolveOrExplain(value: unknown, context: Parameters<typeof resolveValue>[1]): unknown {
  try {
    return resolveValue(value, context)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { unresolved: formatExpressionError(error) }
  }
}
