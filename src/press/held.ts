// The run of a press while it is in progress: registered under its id before anything starts, so
// that everybody can find, wait for and cancel it.

import { redactArgs } from '#core/press/redactArgs.ts'
import type { Lineage } from '#core/press/record.ts'
import { findRunId } from '#core/run/id.ts'
import { redactor } from '#core/text/redact.ts'
import type { PressRequest } from '#spec/press.ts'
import type { HeldRun } from '#store/store.ts'
import type { PressContext } from './context.ts'
import type { Charged, Prepared } from './prepare.ts'
import { secretArgsOf, secretsOf } from './remember.ts'

export interface Held {
  run: HeldRun
  /** As it was made, with what registering has added. */
  request: PressRequest
  lineage: Lineage
}

/**
 * Registers a press. One whose data directory may only be read goes on unseen; throws
 * ALREADY_EXISTS for a run id that is in use.
 */
export async function holdRun(
  request: PressRequest,
  { plan }: Prepared,
  { host, store }: PressContext,
): Promise<Held> {
  const parentRunId = request.parentRunId ?? findRunId(host.env['BUTTONS_RUN_ID'])
  const key = request.variables?.['BUTTONS_IDEMPOTENCY_KEY'] ?? request.idempotencyKey
  const stop = request.ownsProcess ? undefined : stopOf(request)
  const run = await store.active.beginOrHide({
    target: { kind: 'button', name: plan.button.name },
    ...(request.runId !== undefined && { runId: request.runId }),
    ...(parentRunId !== undefined && { parentRunId }),
    ...(request.retryOf !== undefined && { retryOf: request.retryOf }),
    ...(key !== undefined && { idempotencyKey: key }),
    ...(stop && { onCancel: stop.cancel }),
  })
  return {
    run,
    request: {
      ...request,
      runId: run.runId,
      onQueue: (waits) => run.note({ status: waits ? 'waiting' : 'running' }),
      ...(stop && { signal: stop.signal }),
    },
    lineage: {
      ...(parentRunId !== undefined && { parent_run_id: parentRunId }),
      ...(request.retryOf !== undefined && { retry_of: request.retryOf }),
      ...(key !== undefined && { idempotency_key: key }),
    },
  }
}

/** Shows others the arguments, now that every secret in them is known. */
export function noteArgs({ run }: Held, charged: Charged): void {
  const { args, button } = charged.plan
  if (Object.keys(args).length === 0) return
  const redact = redactor(secretsOf(charged))
  run.note({ args: redactArgs(args, secretArgsOf(button), redact) })
}

interface Stop {
  signal: AbortSignal
  cancel(): void
}

// Joining signals is not cheap, and whoever presses often can be asked to abort its own.
function stopOf({ signal, cancel }: PressRequest): Stop {
  if (signal && cancel) return { signal, cancel: () => cancel() }
  const own = new AbortController()
  return {
    signal: signal ? AbortSignal.any([own.signal, signal]) : own.signal,
    cancel: () => own.abort(),
  }
}
