// The run of a drawer as it goes and as it ended: for people in lines, else the whole result.

import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerError, DrawerResult } from '#spec/drawerPress.ts'
import { type ErrorCode, errorCodes, fail } from '#spec/errors.ts'
import type { Output } from '../printer.ts'
import { eventLine } from './drawerEvents.ts'

/** Steps as they end, for somebody who watches. */
export function watchDrawer(out: Output) {
  return (event: RunEvent) => {
    const line = eventLine(event)
    if (line !== undefined) out.live('stderr', `${line}\n`)
  }
}

/** Says how a run ended; the exit status. Throws the failure where nobody watches. */
export function answerDrawer(result: DrawerResult, out: Output): number {
  if (result.status === 'ok') {
    out.answer(result, (people) =>
      people.note(`✓ drawer ${result.drawer} ok (${result.duration_ms}ms)`),
    )
    return 0
  }
  const error = result.error!
  const code = codeOf(error)
  const { message, remediation } = error
  if (!out.watched)
    throw fail(code, message, { data: result, ...(remediation && { hint: remediation }) })
  out.answer(result, (people) => {
    people.note(`✗ ${describe(result, message)}`)
    if (remediation) people.note(`  hint: ${remediation}`)
  })
  return errorCodes[code].exit
}

function describe({ drawer, status, failed_step }: DrawerResult, message: string): string {
  const what = `drawer ${drawer} ${status}`
  return failed_step === undefined
    ? `${what}: ${message}`
    : `${what} at step ${failed_step}: ${message}`
}

// Codes come from our own table, but for what an older journal may have kept.
function codeOf({ code }: DrawerError): ErrorCode {
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL_ERROR'
}
