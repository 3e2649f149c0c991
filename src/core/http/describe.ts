// What a dry run shows of a plan (buttons.md 6.3, D44): every header value masked whole, since the
// last characters of a Basic login are the end of its password, and secrets taken out of the rest.

import { redactor } from '#core/text/redact.ts'
import type { RequestDescription } from '#spec/press.ts'
import type { HttpPlan } from './plan.ts'

/** Says nothing about a value, its length included. */
const maskedValue = '••••••••'

export function describeRequest(plan: HttpPlan): RequestDescription {
  const redact = redactor({ batteries: [], declared: plan.secrets })
  return {
    url: redact(plan.shownUrl),
    method: plan.method,
    headers: Object.fromEntries(plan.headers.map(({ name }) => [name, maskedValue])),
    ...(plan.body && { body: redact(new TextDecoder().decode(plan.body)) }),
  }
}
