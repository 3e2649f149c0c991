// `buttons registry key list`: which keys there are; never the keys themselves.

import { defineCommand } from '../../../command.ts'
import { formatTable } from '../../../format/table.ts'
import { directoryArg, withDesk } from '../desk.ts'

export const command = defineCommand({
  args: { 'registry-dir': directoryArg },
  examples: ['registry key list'],
  run: async ({ args, app, out }) => {
    const keys = await withDesk(args['registry-dir'], app, (desk) => desk.listKeys())
    out.answer({ keys }, (people) => {
      if (keys.length === 0) return people.note('No keys yet')
      const rows = keys.map(({ id, role, desks, label, last_used_at = '', revoked_at }) => [
        id,
        role,
        desks.join(' '),
        label,
        last_used_at,
        revoked_at ?? '',
      ])
      people.data(formatTable(['ID', 'ROLE', 'DESKS', 'LABEL', 'LAST USED', 'REVOKED'], rows))
    })
  },
})
