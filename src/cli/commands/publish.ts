// `buttons publish @desk/name`: a button or drawer becomes the next version of a package.

import { defineCommand } from '../command.ts'
import { protectKey } from '../packages/protect.ts'
import { asCode } from '../packages/trouble.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: {
    package: { type: 'positional', description: '@desk/name; the name is that of the folder' },
    sign: {
      type: 'boolean',
      description: 'Sign with the key of this device, made if there is none',
    },
    kind: {
      type: 'string',
      hidden: true,
      description: 'Without effect: the folder tells what it is',
    },
  },
  examples: ['publish @acme/deploy', 'publish @acme/deploy --sign'],
  run: async ({ args, app, out, summary, stop }) => {
    const packages = await app.packages(out.warn, stop())
    // Where and with which key comes first, and has a code of its own.
    if (!summary) await packages.checkWritable()
    return asCode('PUBLISH_ERROR', async () => {
      if (summary) return out.plan('publish', await packages.planPublish(args.package))
      const done = await packages.publish(args.package, { sign: args.sign })
      if (args.sign) await protectKey(app, out)
      out.answer(done, (people) => {
        people.note(`✓ Published ${done.name} ${done.version} (${done.kind}, ${done.files} files)`)
        if (done.signed_by) people.note(`  Signed by device ${done.signed_by.slice(0, 16)}`)
        people.next(`buttons add ${done.name}`)
      })
    })
  },
})
