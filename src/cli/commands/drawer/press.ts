// `drawer NAME press [KEY=VALUE…]`: runs a drawer, or with --summary shows what that would do.

import type { DrawerError, DrawerResult } from '#spec/drawerPress.ts'
import { type ErrorCode, errorCodes, fail } from '#spec/errors.ts'
import { redactedText } from '#spec/limits.ts'
import { readPressWords } from '../../drawer/pressWords.ts'
import { answerPlan, type Verb, type VerbCall } from '../../drawer/verb.ts'
import { eventLine } from '../../format/drawerEvents.ts'

type Plan = Awaited<ReturnType<VerbCall['app']['planDrawerPress']>>

export const verb: Verb = {
  run: async (call) => {
    const { app, out } = call
    const { request, detach, remote } = await readPressWords(call)
    if (call.summary) {
      const { drawer: _, ...plan } = await (remote
        ? remote.planDrawer<Plan>(request)
        : app.planDrawerPress(request, out.warn))
      const words = call.words.map((word) => hideSecret(word, plan.inputs_resolved))
      return answerPlan({ ...call, words }, plan, plan)
    }
    if (detach) {
      const { answerDetached } = await import('../../format/detached.ts')
      const desk = await app.runs({ warn: out.warn })
      return answerDetached(await desk.detach({ kind: 'drawer', request }), out)
    }
    const stoppable = { ...request, signal: call.stop(), hurry: call.hurry() }
    const onEvent = out.watched ? watch(call) : undefined
    const result = remote
      ? await remote.pressDrawer(stoppable, onEvent)
      : await app.pressDrawer(stoppable, { warn: out.warn, ...(onEvent && { onEvent }) })
    return answer(result, call)
  },
}

// The words are repeated as they were typed, but for the value of a secret input.
function hideSecret(word: string, inputs: Readonly<Record<string, unknown>>): string {
  const at = word.indexOf('=')
  const name = word.slice(0, Math.max(0, at))
  return inputs[name] === redactedText ? `${name}=${redactedText}` : word
}

// Steps as they end, for somebody who watches.
function watch({ out }: VerbCall) {
  return (event: Parameters<typeof eventLine>[0]) => {
    const line = eventLine(event)
    if (line !== undefined) out.live('stderr', `${line}\n`)
  }
}

function answer(result: DrawerResult, { out }: VerbCall): number {
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
