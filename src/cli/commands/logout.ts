// `buttons logout`: forgets the keys that login kept.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['logout'],
  run: async ({ app, out, summary }) => {
    if (summary) return out.plan('logout', { removes: kept })
    const removed = await (await app.desk(out.warn)).logout()
    out.answer({ logged_out: true, removed }, (people) => {
      people.note(removed.length > 0 ? '✓ Logged out' : '✓ Nobody was logged in')
      people.next('buttons login')
    })
  },
})

const kept = ['REGISTRY_WRITE_KEY', 'REGISTRY_URL', 'REGISTRY_KEY']
