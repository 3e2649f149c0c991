// `drawer NAME press [KEY=VALUE…]`: runs a drawer, or with --summary shows what that would do.

import { redactedText } from '#spec/limits.ts'
import { readPressWords } from '../../drawer/pressWords.ts'
import { answerPlan, type Verb, type VerbCall } from '../../drawer/verb.ts'
import { answerDrawer, watchDrawer } from '../../format/drawerResult.ts'

type Plan = Awaited<ReturnType<VerbCall['app']['planDrawerPress']>>

export const verb: Verb = {
  run: async (call) => {
    const { app, out } = call
    const { request, detach, remote, words } = await readPressWords(call)
    if (call.summary) {
      const { drawer: _, ...plan } = await (remote
        ? remote.planDrawer<Plan>(request)
        : app.planDrawerPress(request, out.warn))
      const shown = call.words.map((word) => hideSecret(word, plan.inputs_resolved))
      return answerPlan({ ...call, words: shown }, plan, plan)
    }
    if (detach) {
      const { answerDetached } = await import('../../format/detached.ts')
      const desk = remote ?? (await app.runs({ warn: out.warn }))
      return answerDetached(await desk.detach({ kind: 'drawer', request }), out, words.remote)
    }
    const stoppable = { ...request, signal: call.stop(), hurry: call.hurry() }
    const onEvent = out.watched ? watchDrawer(out) : undefined
    const result = remote
      ? await remote.pressDrawer(stoppable, onEvent)
      : await app.pressDrawer(stoppable, { warn: out.warn, ...(onEvent && { onEvent }) })
    return answerDrawer(result, out)
  },
}

// The words are repeated as they were typed, but for the value of a secret input.
function hideSecret(word: string, inputs: Readonly<Record<string, unknown>>): string {
  const at = word.indexOf('=')
  const name = word.slice(0, Math.max(0, at))
  return inputs[name] === redactedText ? `${name}=${redactedText}` : word
}
