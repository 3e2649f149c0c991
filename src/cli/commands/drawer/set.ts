// `drawer NAME set TARGET=VALUE…`: everything or nothing.

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { usageError } from '../../flags.ts'

export const verb: Verb = {
  run: async (call) => {
    const { words } = call
    // Values may look like flags, targets cannot.
    if (words.length === 0)
      throw usageError('accepts at least 1 word(s), received 0', {
        hint: `buttons drawer ${call.usage}`,
      })
    const { effect } = await (await call.author()).set(call.name, words, call.act)
    const paths = effect.map(({ target }) => target)
    const would = { set: effect.map(({ target, value }) => ({ path: target, value })) }
    if (call.summary) return answerPlan(call, would, { would_set: would.set })
    call.out.answer({ ok: true, drawer: call.name, set: paths.length, paths }, (people) => {
      for (const path of paths) people.note(`✓ Set ${path}`)
    })
  },
}
