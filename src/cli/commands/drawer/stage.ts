// `drawer NAME stage add ID`

import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

const args = {
  title: { type: 'string', description: 'Heading; the words of the ID when absent' },
  'system-prompt': { type: 'string', description: 'What agents are told in this stage' },
} as const

export const verb: Verb = {
  run: async (call) => {
    const { values, positionals } = readVerb(call.words, args, [2, 2], call.usage)
    const [what = '', id = ''] = positionals
    if (what !== 'add')
      throw usageError(`Cannot do "${what}" with stages: it must be add`, {
        hint: `buttons drawer ${call.usage}`,
      })
    const stage = { id, title: values.title, systemPrompt: values['system-prompt'] }
    const { file, name } = await (await call.author()).addStage(call.name, stage, call.act)
    if (call.summary) return answerPlan(call, { add_stage: file['flow'] })
    call.out.answer(file, (people) => {
      people.note(`✓ Added stage ${id} to ${name}`)
      people.next(`buttons drawer ${name} set flow.initial_stage=${id}`)
    })
  },
}
