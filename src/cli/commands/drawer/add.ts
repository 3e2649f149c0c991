// `drawer NAME add TARGET…`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [1, Infinity], call.usage)
    const { effect, file, name } = await (
      await call.author()
    ).addSteps(call.name, positionals, call.act)
    if (call.summary) return answerPlan(call, { append: effect }, { would_append: effect })
    call.out.answer(file, (people) => {
      for (const { id, kind } of effect) people.note(`✓ Added ${id} (${kind}) to ${name}`)
      people.next(`buttons drawer ${name} connect FROM to STEP`)
    })
  },
}
