// `buttons history [NAME]`: the newest presses, of one button or of all.

import { slug } from '#core/name/slug.ts'
import type { Run } from '#spec/run.ts'
import type { RunQuery } from '#store/store.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../format/table.ts'
import { formatUtcSecond } from '../format/time.ts'

const defaultLast = 20

export const command = defineCommand({
  args: {
    button: { type: 'positional', required: false, description: 'Only presses of this button' },
    last: {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'This many, 20 unless given; 0 for all',
    },
  },
  examples: ['history', 'history deploy --last 5'],
  run: async ({ args, app, out }) => {
    const store = await app.store()
    const { button, last = defaultLast } = args
    const query: RunQuery = last > 0 ? { limit: last } : {}
    if (button !== undefined) query.target = { kind: 'button', name: slug(button) }
    const runs = query.target?.name === '' ? [] : await store.runs.list(query)
    const hint =
      button !== undefined && runs.length === 0
        ? await (await import('../missing.ts')).missingButtonHint(button, store)
        : undefined
    out.answer(
      runs,
      (people) => {
        if (runs.length > 0) people.data(formatTable(head, runs.map(toCells)))
        else people.note(hint ?? 'No presses yet')
      },
      hint === undefined ? {} : { hint },
    )
  },
})

const head = ['BUTTON', 'STATUS', 'EXIT', 'DURATION', 'STARTED']

function toCells(run: Run): string[] {
  return [
    run.button,
    run.status,
    String(run.exit_code),
    `${run.duration_ms}ms`,
    formatUtcSecond(run.started_at),
  ]
}
