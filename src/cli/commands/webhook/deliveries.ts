// `buttons webhook deliveries`: what came from webhooks, schedules and watches, and what became of it.

import { deliveryStatuses } from '#spec/delivery.ts'
import { fail } from '#spec/errors.ts'
import { slug } from '#core/name/slug.ts'
import { defineCommand } from '../../command.ts'
import { formatTable } from '../../format/table.ts'

export const command = defineCommand({
  args: {
    status: {
      type: 'string',
      valueHint: 'status',
      description: 'Only accepted, running, ok, failed, cancelled or dead ones',
    },
    target: { type: 'string', valueHint: 'name', description: 'Only of one button or drawer' },
    limit: { type: 'string', kind: 'int', valueHint: 'count', description: 'At most so many (50)' },
    before: { type: 'string', valueHint: 'id', description: 'Only older ones than this' },
  },
  examples: ['webhook deliveries --status failed', 'webhook deliveries --target release --json'],
  run: async ({ args: { status, target, limit = 50, before }, app, out }) => {
    const known = deliveryStatuses.find((one) => one === status)
    if (status !== undefined && !known) {
      const list = deliveryStatuses.join(', ')
      throw fail('VALIDATION_ERROR', `Cannot list "${status}": it must be one of ${list}`)
    }
    const inbox = await (await app.store()).findInbox()
    const deliveries =
      inbox?.list({
        limit: Math.min(Math.max(1, limit), 10_000),
        ...(known && { status: known }),
        ...(target !== undefined && { target: slug(target) }),
        ...(before !== undefined && { before }),
      }) ?? []
    out.answer({ deliveries }, (people) => {
      const rows = deliveries.map((one) => [
        one.id,
        one.status,
        `${one.kind}/${one.target}`,
        one.source,
        one.received_at,
        one.error_code ?? '',
      ])
      people.data(formatTable(['ID', 'STATUS', 'TARGET', 'SOURCE', 'RECEIVED', 'ERROR'], rows))
    })
  },
})
