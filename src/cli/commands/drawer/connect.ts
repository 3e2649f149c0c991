// `drawer NAME connect FROM to TO`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [3, 3], call.usage)
    const [from = '', middle = '', to = ''] = positionals
    if (middle.toLowerCase() !== 'to')
      throw usageError(`Cannot connect "${from}" to "${to}": the middle word must be "to"`, {
        hint: `buttons drawer ${call.usage}`,
      })
    const author = await call.author()
    const { effect, name } = await author.connect(call.name, from, to, call.act)
    const wired = effect.map((wire) => ({ from: wire.from, to: wire.to }))
    if (call.summary) return answerPlan(call, { connect: effect }, { would_connect: wired })
    call.out.answer({ ok: true, wired }, (people) => {
      for (const wire of effect) people.note(`✓ ${wire.step}.args.${wire.to} = ${wire.value}`)
      people.next(`buttons drawer ${name} press`)
    })
  },
}
