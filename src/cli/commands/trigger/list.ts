// `buttons trigger list [NAME]`: what presses buttons and drawers without a person.

import type { ListedTrigger } from '#trigger/author/list.ts'
import { defineCommand } from '../../command.ts'
import { describeTrigger } from '../../format/trigger.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', required: false, description: 'One button or drawer' },
  },
  examples: ['trigger list', 'trigger list backup'],
  run: async ({ args: { name }, app, out }) => {
    const { triggers, problems } = await (await app.triggers(out.warn)).list(name)
    for (const { target, id, why } of problems)
      out.warn(`trigger ${id ?? ''} of ${target.kind} "${target.name}" does not work: ${why}`)
    out.answer(name === undefined ? everything(triggers) : ofOne(name, triggers), (people) => {
      if (triggers.length === 0) return people.note('No triggers')
      for (const { target, trigger, next_fire, last_fire } of triggers) {
        const of = name === undefined ? `  ${target.name}` : ''
        const times = [next_fire && `next ${next_fire}`, last_fire && `last ${last_fire}`]
        const rest = [describeTrigger(trigger), ...times.filter(Boolean)].join('  ')
        people.note(`${String(trigger['id'] ?? '-')}  ${String(trigger['kind'])}${of}  ${rest}`)
      }
    })
  },
})

// Older clients know a list of buttons' triggers; those of drawers stand beside it.
function everything(triggers: readonly ListedTrigger[]) {
  const entries = (kind: string) =>
    triggers
      .filter(({ target }) => target.kind === kind)
      .map(({ target, ...rest }) => ({ [kind]: target.name, ...rest }))
  const drawers = entries('drawer')
  return { triggers: entries('button'), ...(drawers.length > 0 && { drawer_triggers: drawers }) }
}

function ofOne(name: string, triggers: readonly ListedTrigger[]) {
  const kind = triggers[0]?.target.kind ?? 'button'
  const fires = triggers.flatMap(({ trigger, next_fire, last_fire }) =>
    next_fire || last_fire
      ? [{ id: trigger['id'], ...(next_fire && { next_fire }), ...(last_fire && { last_fire }) }]
      : [],
  )
  return {
    [kind]: name,
    triggers: triggers.map(({ trigger }) => trigger),
    ...(fires.length > 0 && { fires }),
  }
}
