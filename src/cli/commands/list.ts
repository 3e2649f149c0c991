// `buttons list`: every button of the active data directory, by name.

import { describeNewer } from '#core/button/version.ts'
import type { Button } from '#spec/button.ts'
import type { App } from '../../app.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../format/table.ts'
import type { Output } from '../printer.ts'
import { findRemote, remoteArgs } from '../remote.ts'

export const command = defineCommand({
  args: remoteArgs,
  examples: ['list', 'list --json', 'list --remote http://127.0.0.1:8080'],
  run: async ({ args, app, out }) => {
    const remote = await findRemote(args, app)
    const specs = remote ? await remote.listButtons() : await listHere(app, out)
    for (const { name, schema_version: version } of specs) {
      const why = describeNewer(version)
      if (why) out.warn(`Cannot press "${name}": ${why}`)
    }
    out.answer(specs, (people) => {
      const rows = specs.map((spec) => [
        spec.name,
        spec.description ?? '-',
        spec.runtime || 'shell',
        `${spec.timeout_seconds}s`,
      ])
      people.data(formatTable(['NAME', 'DESCRIPTION', 'RUNTIME', 'TIMEOUT'], rows))
    })
  },
})

async function listHere(app: App, out: Output): Promise<Button[]> {
  const { buttons, unreadable } = await (await app.store()).buttons.list()
  for (const { why } of unreadable) out.warn(why)
  return buttons.map(({ button }) => button)
}
