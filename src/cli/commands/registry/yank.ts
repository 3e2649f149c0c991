// `buttons registry yank @desk/name@3`: a version is no longer the newest. Whoever wants exactly it
// still gets it; it can be taken back.

import { defineCommand } from '../../command.ts'
import { directoryArg, withDesk } from './desk.ts'

export const command = defineCommand({
  args: {
    version: { type: 'positional', description: 'One version, like @desk/name@3' },
    undo: { type: 'boolean', description: 'Take it back' },
    'registry-dir': directoryArg,
  },
  examples: ['registry yank @acme/deploy@3', 'registry yank @acme/deploy@3 --undo'],
  run: async ({ args, app, out, summary }) => {
    const yanked = args.undo !== true
    if (summary) return out.plan('registry yank', { version: args.version, yanked })
    const done = await withDesk(args['registry-dir'], app, (desk) =>
      desk.yank(args.version, yanked),
    )
    out.answer(done, (people) =>
      people.note(`✓ ${done.name}@${done.version} ${done.yanked ? 'yanked' : 'is back'}`),
    )
  },
})
