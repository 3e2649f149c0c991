// `drawer NAME rename NEW`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [1, 1], call.usage)
    const author = await call.author()
    const { from, to, rewritten } = await author.rename(call.name, positionals[0] ?? '', call.act)
    if (call.summary) return answerPlan(call, { rename: { from, to, rewritten } })
    call.out.answer({ ok: true, renamed: call.name, name: to, rewritten }, (people) => {
      people.note(`✓ Renamed drawer ${from} to ${to}`)
      for (const other of rewritten) people.note(`  ${other} names it ${to} now`)
    })
  },
}
