// `buttons webhook logout`: forgets the named tunnel; nothing is changed at its provider.

import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['webhook logout'],
  run: async ({ app, out, summary }) => {
    const { tunnel } = await app.store()
    if (summary) return out.plan('webhook logout', { mode: 'quick' })
    await tunnel.remove()
    out.answer({ mode: 'quick' }, (people) => people.note('✓ Forgot the tunnel'))
  },
})
