// `buttons webhook`, `buttons webhook status`: how this machine is reached from outside.

import { collectTriggers } from '#core/trigger/collect.ts'
import { buildRoutes } from '#core/webhook/routes.ts'
import type { App } from '../../../app.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['webhook status', 'webhook status --json'],
  run: async ({ app, out }) => {
    const status = await (await app.tunnel()).status()
    const shadowed = await findShadowed(app)
    out.answer({ ...status, ...(shadowed.length > 0 && { shadowed }) }, (people) => {
      const { mode, hostname, cloudflared_ok } = status
      people.note(mode === 'named' ? `named tunnel at https://${hostname}` : 'quick tunnel')
      people.note(cloudflared_ok ? '✓ cloudflared found' : '✗ cloudflared not found in PATH')
      for (const { path, target, why } of shadowed)
        people.note(`✗ ${path} of ${target} is not served: ${why}`)
    })
  },
})

// Paths on disk that the server cannot answer at.
async function findShadowed(app: App) {
  const store = await app.store()
  const { triggers } = collectTriggers(
    (await store.drawers.list()).drawers.map(({ drawer }) => drawer),
    (await store.buttons.list()).buttons.map(({ button }) => button),
  )
  return buildRoutes(triggers).shadowed.map(({ trigger: { path, target }, why }) => ({
    path,
    kind: target.kind,
    target: target.name,
    why,
  }))
}
