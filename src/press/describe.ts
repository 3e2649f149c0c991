// The dry run of a press: the plan, with what only this machine knows, without what is secret.

import type { PressDescription, PressRequest } from '#spec/press.ts'
import { findRuntimeName } from '#core/button/runtime.ts'
import { describePlan } from '#core/press/describe.ts'
import type { PressContext } from './context.ts'
import { chargePress, preparePress } from './prepare.ts'
import { runtimes } from './runtimes/index.ts'

/** What a press would do. Throws what keeps it from starting, as a press does. */
export async function describePress(
  request: PressRequest,
  context: PressContext,
): Promise<PressDescription> {
  const { plan, batteries, http } = await chargePress(await preparePress(request, context), context)
  if (http instanceof Error) throw http
  const name = findRuntimeName(plan.runtime)
  const interpreter = name && runtimes[name].locate?.(context.host)
  return describePlan({ plan, batteries, interpreter })
}
