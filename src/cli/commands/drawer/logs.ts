// `drawer NAME logs`: past runs of a drawer, newest first.

import { slug } from '#core/name/slug.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { formatLocal } from '../../format/time.ts'

const args = {
  failed: { type: 'boolean', description: 'Only runs that failed' },
  limit: { type: 'string', kind: 'int', description: 'This many, 20 unless given' },
  follow: { type: 'boolean', alias: 'f', description: 'Accepted, without effect' },
} as const

const defaultLimit = 20

export const verb: Verb = {
  run: async ({ app, author, name, words, usage, out }) => {
    const { values } = readVerb(words, args, [0, 0], usage)
    await (await author()).insist(name)
    const limit = values.limit !== undefined && values.limit > 0 ? values.limit : defaultLimit
    const target = { kind: 'drawer', name: slug(name) } as const
    const { runs } = await app.store()
    const found = await runs.listStored({ target, limit, failedOnly: values.failed === true })
    const records = found.map(({ run }) => run as DrawerRun)
    out.answer(records, (people) => {
      if (records.length === 0) people.note(values.failed ? 'No failures' : 'No presses yet')
      for (const record of records) people.data(`${runLine(record)}\n`)
    })
  },
}

function runLine({ started_at, status, error_type, duration_ms }: DrawerRun): string {
  const error = error_type === undefined ? '' : ` · ${error_type}`
  return `${formatLocal(started_at)}  ${status}${error}  ${duration_ms}ms`
}
