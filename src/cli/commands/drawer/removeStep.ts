// `drawer NAME remove-step STEP`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [1, 1], call.usage)
    const [step = ''] = positionals
    await (await call.author()).removeStep(call.name, step, call.act)
    if (call.summary) return answerPlan(call, { remove_step: step })
    call.out.answer({ ok: true, drawer: call.name, set: 1, paths: [step] }, (people) =>
      people.note(`✓ Removed step ${step}`),
    )
  },
}
