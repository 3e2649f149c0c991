// `buttons trigger next [NAME]`: when schedules fire next.

import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', required: false, description: 'One button or drawer' },
    limit: { type: 'string', kind: 'int', valueHint: 'count', description: 'How many fires (5)' },
  },
  examples: ['trigger next', 'trigger next backup --limit 10'],
  run: async ({ args: { name, limit = 5 }, app, out }) => {
    const { upcoming } = await (await app.triggers(out.warn)).list(name)
    const fires = upcoming(Math.min(Math.max(1, limit), 1000)).map(({ target, ...fire }) => ({
      ...fire,
      [target.kind]: target.name,
      name: target.name,
    }))
    const data = fires.map(({ name: _, ...fire }) => fire)
    out.answer({ fires: data }, (people) => {
      if (fires.length === 0) people.note('Nothing is scheduled')
      for (const { at, schedule, name: target } of fires)
        people.note(`${at}  ${target}  ${schedule}`)
    })
  },
})
