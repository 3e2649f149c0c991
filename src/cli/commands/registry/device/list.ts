// `buttons registry device list`: which devices have enrolled.

import { defineCommand } from '../../../command.ts'
import { formatTable } from '../../../format/table.ts'
import { directoryArg, withDesk } from '../desk.ts'

export const command = defineCommand({
  args: { 'registry-dir': directoryArg },
  examples: ['registry device list'],
  run: async ({ args, app, out }) => {
    const devices = await withDesk(args['registry-dir'], app, (desk) => desk.listDevices())
    out.answer({ devices }, (people) => {
      if (devices.length === 0) return people.note('No devices yet')
      const rows = devices.map((one) => [
        one.device_id,
        one.owner_id,
        one.slug ?? '',
        one.host_kind,
        one.enrolled_at,
        one.revoked_at ?? '',
      ])
      people.data(formatTable(['DEVICE', 'OWNER', 'NAME', 'KIND', 'ENROLLED', 'REVOKED'], rows))
    })
  },
})
