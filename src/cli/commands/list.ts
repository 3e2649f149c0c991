// `buttons list`: every button of the active data directory, by name.

import { describeNewer } from '#core/button/version.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../format/table.ts'

export const command = defineCommand({
  args: {},
  examples: ['list', 'list --json'],
  run: async ({ app, out }) => {
    const { buttons, unreadable } = await (await app.store()).buttons.list()
    for (const { why } of unreadable) out.warn(why)
    const specs = buttons.map(({ button }) => button)
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
