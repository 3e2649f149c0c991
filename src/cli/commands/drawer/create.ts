// `drawer create NAME`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

const args = {
  kind: { type: 'string', description: 'action (default) or flow' },
  description: { type: 'string', description: 'One line' },
} as const

export const verb: Verb = {
  run: async (call) => {
    const { values, positionals } = readVerb(call.words, args, [1, 1], call.usage)
    const [name = ''] = positionals
    const author = await call.author()
    const file = await author.create({ name, ...values }, call.act)
    if (call.summary) return answerPlan({ ...call, name }, { create: file })
    const slug = String(file['name'])
    call.out.answer(file, (people) => {
      people.note(`✓ Created drawer ${slug}`)
      people.next(
        file['drawer_kind'] === 'flow'
          ? `buttons drawer ${slug} stage add ID`
          : `buttons drawer ${slug} add BUTTON`,
      )
    })
  },
}
