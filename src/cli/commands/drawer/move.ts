// `drawer NAME move STEP POSITION`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [2, 2], call.usage)
    const [step = '', text = ''] = positionals
    if (!/^\d{1,6}$/.test(text))
      throw usageError(`Cannot move "${step}" to "${text}": it is not a position`, {
        hint: 'Positions count from 0',
      })
    const position = Number(text)
    await (await call.author()).moveStep(call.name, step, position, call.act)
    if (call.summary) return answerPlan(call, { move: { step, position } })
    call.out.answer({ ok: true, drawer: call.name, set: 1, paths: [step] }, (people) =>
      people.note(`✓ Moved ${step} to position ${position}`),
    )
  },
}
