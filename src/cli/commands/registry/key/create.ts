// `buttons registry key create`: lets somebody read, publish or administer. The key is shown here and
// never again.

import { defineCommand } from '../../../command.ts'
import { directoryArg, makeDesk } from '../desk.ts'

export const command = defineCommand({
  args: {
    role: { type: 'string', valueHint: 'read|write|admin', description: 'What it may do (read)' },
    desk: {
      type: 'string',
      kind: 'array',
      valueHint: '@desk',
      description: 'Only for this desk; may be repeated (all)',
    },
    label: { type: 'string', description: 'Whose it is, or what for' },
    owner: { type: 'string', description: 'Owner of devices that may be managed with it (local)' },
    'registry-dir': directoryArg,
  },
  examples: [
    'registry key create --role admin',
    'registry key create --role write --desk @acme --label ci',
  ],
  run: async ({ args, app, out, summary }) => {
    const { role = 'read', desk: desks, label = '', owner } = args
    if (summary) return out.plan('registry key create', { role, desks, label })
    const created = await makeDesk(args['registry-dir'], app, (desk) =>
      desk.createKey({ role, desks, label, owner }),
    )
    out.answer(created, (people) => {
      people.note(`✓ Key ${created.id} (${created.role}, ${created.desks.join(' ')}), shown once:`)
      people.data(`${created.key}\n`)
      people.next('buttons batteries set REGISTRY_KEY --stdin')
    })
  },
})
