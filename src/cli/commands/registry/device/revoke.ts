// `buttons registry device revoke ID`: it can no longer register, and is no longer woken.

import { defineCommand } from '../../../command.ts'
import { directoryArg, withDesk } from '../desk.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'Id of the device, as device list shows it' },
    'registry-dir': directoryArg,
  },
  examples: [
    'registry device revoke 56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c',
  ],
  run: async ({ args, app, out, summary }) => {
    if (summary) return out.plan('registry device revoke', { device_id: args.id })
    const device = await withDesk(args['registry-dir'], app, (desk) => desk.revokeDevice(args.id))
    out.answer(device, (people) => people.note(`✓ Revoked ${device.device_id}`))
  },
})
