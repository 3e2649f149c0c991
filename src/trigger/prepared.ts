// What stays the same for all requests to a webhook, worked out with the first of them: a trigger that
// changes is another object.

import type { HostedTrigger } from '#core/trigger/hosted.ts'
import type { AuthKind } from '#core/webhook/auth/kind.ts'
import { findAuthKind, isOpen } from '#core/webhook/auth/verify.ts'
import { headerKeeper, type KeepHeaders } from '#core/webhook/headers.ts'
import { planRetry } from '#core/webhook/retry.ts'
import type { DeliveryPlan } from '#spec/delivery.ts'

export interface Prepared {
  /** Undefined for one that this program does not know. */
  authKind: AuthKind | undefined
  /** Anybody may call, as far as `auth` goes. */
  open: boolean
  /** Its auth names batteries. */
  needsBatteries: boolean
  keepHeaders: KeepHeaders
  maxAttempts: number
  plan: DeliveryPlan
}

const known = new WeakMap<HostedTrigger, Prepared>()

export function prepare(trigger: HostedTrigger): Prepared {
  const found = known.get(trigger)
  if (found) return found
  const { auth, retry } = trigger.settings
  const prepared: Prepared = {
    authKind: findAuthKind(auth),
    open: isOpen(auth),
    needsBatteries: JSON.stringify(auth ?? {}).includes('$BATTERY{'),
    keepHeaders: headerKeeper(auth),
    maxAttempts: planRetry(retry).maxAttempts,
    plan: planOf(trigger),
  }
  known.set(trigger, prepared)
  return prepared
}

function planOf({ target, settings, args, mapBody }: HostedTrigger): DeliveryPlan {
  return {
    ...(target.kind === 'button' && { args: { ...args } }),
    ...(mapBody && { map_body: true }),
    ...(settings.keep_raw && { keep_raw: true }),
    ...(settings.timeout_seconds && { timeout_seconds: settings.timeout_seconds }),
    ...(settings.retry !== undefined && { retry: settings.retry }),
  }
}
