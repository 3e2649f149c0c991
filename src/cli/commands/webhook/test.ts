// `buttons webhook test`: sends a request to itself through the tunnel and waits for it.

import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['webhook test'],
  run: async ({ app, out, summary, stop }) => {
    const tunnel = await app.tunnel()
    tunnel.requireProgram()
    if (summary) return out.plan('webhook test', { url: (await tunnel.status()).hostname })
    const result = await tunnel.test(stop())
    out.answer(result, (people) => people.note(`✓ ${result.url} reached this machine`))
  },
})
