// `drawer NAME input add SPEC` and `drawer NAME input remove NAME`

import { answerPlan, type Verb, type VerbCall } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

export const verb: Verb = {
  run: async (call) => {
    const { positionals } = readVerb(call.words, {}, [2, 2], call.usage)
    const [what = '', text = ''] = positionals
    const act = Object.hasOwn(acts, what) ? acts[what] : undefined
    if (act) return act(text, call)
    throw usageError(`Cannot do "${what}" with inputs: it must be add or remove`, {
      hint: `buttons drawer ${call.usage}`,
    })
  },
}

const acts: Readonly<Record<string, (text: string, call: VerbCall) => Promise<void>>> = {
  add: async (spec, call) => {
    const { effect } = await (await call.author()).addInput(call.name, spec, call.act)
    if (call.summary) return answerPlan(call, { add_input: spec })
    answer(call, effect, 'Declared')
  },
  remove: removeInput,
  rm: removeInput,
}

async function removeInput(input: string, call: VerbCall): Promise<void> {
  await (await call.author()).removeInput(call.name, input, call.act)
  if (call.summary) return answerPlan(call, { remove_input: input })
  answer(call, input, 'Removed')
}

function answer({ name, out }: VerbCall, input: string, deed: string): void {
  const data = { ok: true, drawer: name, set: 1, paths: [`inputs.${input}`] }
  out.answer(data, (people) => people.note(`✓ ${deed} input ${input}`))
}
