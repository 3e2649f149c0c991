// `buttons runs`: what runs, waits, was interrupted or is over, newest first.

import { limits } from '#spec/limits.ts'
import type { RunHandle, RunsQuery } from '#spec/runs.ts'
import { defineCommand } from '../../command.ts'
import { formatTable } from '../../format/table.ts'
import { formatUtcSecond } from '../../format/time.ts'
import { openDesk, remoteArgs } from '../../remote.ts'
import { asUsage } from '../../trouble.ts'

export const command = defineCommand({
  args: {
    target: {
      type: 'string',
      valueHint: 'name',
      description: 'Only runs of this button or drawer: a name, button/NAME or drawer/NAME',
    },
    status: {
      type: 'string',
      valueHint: 'status',
      description: 'running, waiting, interrupted, ok, error, timeout, cancelled or failed',
    },
    since: {
      type: 'string',
      kind: 'duration',
      valueHint: 'duration',
      description: 'Only runs that started this long ago or later (24h)',
    },
    parent: { type: 'string', valueHint: 'id', description: 'Only runs that this run pressed' },
    limit: {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'This many, 20 unless given',
    },
    cursor: {
      type: 'string',
      valueHint: 'text',
      description: 'Go on behind an earlier page: its `next`',
    },
    ...remoteArgs,
  },
  examples: ['runs', 'runs --status running', 'runs --target deploy --since 24h'],
  run: async ({ args, app, out }) => {
    const { target, status, since, parent, cursor } = args
    const limit = args.limit !== undefined && args.limit > 0 ? args.limit : limits.listedRuns
    const query: RunsQuery = {
      limit,
      ...(target !== undefined && { target }),
      ...(status !== undefined && { status }),
      ...(since !== undefined && { sinceMs: app.host.clock.now() - since }),
      ...(parent !== undefined && { parent }),
      ...(cursor !== undefined && { cursor }),
    }
    const page = await asUsage(async () => (await openDesk(args, app, out)).list(query))
    out.answer(page, (people) => {
      if (page.runs.length > 0) people.data(formatTable(head, page.runs.map(toCells)))
      else people.note('No runs')
      if (page.next !== null) people.note(`More: buttons runs --cursor ${page.next}`)
    })
  },
})

const head = ['RUN', 'TARGET', 'STATUS', 'DURATION', 'STARTED']

function toCells(run: RunHandle): string[] {
  const { run_id: id = '-', target, status, duration_ms: ms, started_at: started } = run
  return [id, target, status, ms === undefined ? '' : `${ms}ms`, formatUtcSecond(started)]
}
