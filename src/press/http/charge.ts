// Adding to a press what only HTTP buttons have: the request, made with the batteries of this moment.
// Its secrets join those of the plan, so that nothing that is stored holds them.

import { describeRequest } from '#core/http/describe.ts'
import { networkSwitches } from '#core/http/guard.ts'
import { type HttpContext, type HttpPlan, planRequest } from '#core/http/plan.ts'
import { build } from '#spec/build.ts'
import { Failure } from '#spec/errors.ts'
import type { Environment } from '#spec/env.ts'
import type { Charged } from '../prepare.ts'

/** A request that must not be sent is no error yet: a press records it, a dry run reports it. */
export function chargeHttp(charged: Charged, env: Environment): Charged {
  const http = findPlan(charged, env)
  if (http instanceof Failure) return { ...charged, http }
  const secrets = [...charged.plan.secrets, ...http.secrets]
  return { ...charged, http, plan: { ...charged.plan, secrets, http: describeRequest(http) } }
}

function findPlan({ plan, batteries }: Charged, env: Environment): HttpPlan | Failure {
  try {
    return planRequest(plan.button, plan.args, httpContext(batteries, env))
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

function httpContext(batteries: Charged['batteries'], env: Environment): HttpContext {
  return { ...networkSwitches(env), batteries, env, version: build.version }
}
