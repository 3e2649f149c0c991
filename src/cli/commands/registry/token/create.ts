// `buttons registry token create`: lets one device enrol. The token is shown here and never again.

import { defineCommand } from '../../../command.ts'
import { usageError } from '../../../flags.ts'
import { directoryArg, makeDesk } from '../desk.ts'

const dayMs = 24 * 3600 * 1000

export const command = defineCommand({
  args: {
    owner: { type: 'string', description: 'Whom the device will belong to' },
    desk: { type: 'string', valueHint: '@desk', description: 'The one desk it belongs to (any)' },
    ttl: {
      type: 'string',
      kind: 'duration',
      valueHint: 'duration',
      description: 'How long it may be used (24h)',
    },
    'registry-dir': directoryArg,
  },
  examples: ['registry token create --owner acme', 'registry token create --owner acme --ttl 1h'],
  run: async ({ args, app, out, summary }) => {
    const { owner, desk, ttl = dayMs } = args
    if (owner === undefined) throw usageError('--owner is missing: say whom the device belongs to')
    if (summary) return out.plan('registry token create', { owner, desk, ttl_ms: ttl })
    const created = await makeDesk(args['registry-dir'], app, (registry) =>
      registry.createToken({ owner, desk, ttlMs: ttl }),
    )
    out.answer(created, (people) => {
      people.note(`✓ Token for one device, until ${created.expires_at}, shown once:`)
      people.data(`${created.token}\n`)
      people.next('buttons batteries set ENROLL_TOKEN --stdin')
    })
  },
})
