// `drawer remove NAME` and `drawer NAME remove`: no question is asked.

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async (call) => {
    const count = call.name === '' ? 1 : 0
    const { positionals } = readVerb(call.words, {}, [count, count], call.usage)
    const name = positionals[0] ?? call.name
    await (await call.author()).remove(name, call.act)
    if (call.summary) return answerPlan({ ...call, name }, { remove: name }, { would_remove: name })
    call.out.answer({ ok: true, removed: name }, (people) =>
      people.note(`✓ Removed drawer ${name}`),
    )
  },
}
