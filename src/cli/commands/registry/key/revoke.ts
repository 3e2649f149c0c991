// `buttons registry key revoke ID`: refused from the next request on, also by a host that runs.

import { defineCommand } from '../../../command.ts'
import { directoryArg, withDesk } from '../desk.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'Id of the key, as key list shows it' },
    'registry-dir': directoryArg,
  },
  examples: ['registry key revoke 3f9c1a70b2d4'],
  run: async ({ args, app, out, summary }) => {
    if (summary) return out.plan('registry key revoke', { id: args.id })
    const key = await withDesk(args['registry-dir'], app, (desk) => desk.revokeKey(args.id))
    out.answer(key, (people) => people.note(`✓ Revoked ${key.id} (${key.role}) ${key.label}`))
  },
})
