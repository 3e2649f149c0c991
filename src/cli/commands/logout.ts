// `buttons logout`: forgets the key that login kept.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['logout'],
  run: async ({ app, out, summary }) => {
    if (summary) return out.plan('logout', { removes: ['REGISTRY_WRITE_KEY', 'REGISTRY_URL'] })
    const removed = await (await app.desk(out.warn)).logout()
    out.answer({ logged_out: true, removed }, (people) => {
      people.note(removed.length > 0 ? '✓ Logged out' : '✓ Nobody was logged in')
      people.next('buttons login')
    })
  },
})
