// `GET /v1/index`: all versions that a key may see. Made once for every change and set of desks.

import { formatRow, orderRows } from '#core/registry/rows.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { authorize } from '../authorize.ts'
import type { Handler } from '../context.ts'
import { checkProof } from '../proof.ts'
import { hasTag } from '../reply.ts'

/** Indexes kept in memory: there are hardly more kinds of keys. */
const keptIndexes = 8

const nothing = sha256Hex('')

export function indexEndpoint(): Handler {
  const made = new Map<string, string>()
  return async (_, call, act, context) => {
    const key = await authorize('read', call, act, context)
    await checkProof(call, nothing, context)
    const { releases } = context.store
    const desks = [...key.desks].sort().join(' ')
    const etag = `"${sha256Hex(`${layout} ${await releases.mark()} ${desks}`).slice(0, 32)}"`
    const headers = { ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' }
    if (hasTag(call.header('if-none-match'), etag)) return { status: 304, headers }
    let body = made.get(etag)
    if (body === undefined) {
      body = `${JSON.stringify(orderRows(await releases.list(), key).map(formatRow))}\n`
      made.set(etag, body)
      if (made.size > keptIndexes) made.delete(made.keys().next().value!)
    }
    return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body }
  }
}

/** Goes into the tag: another form of the rows is another index. */
const layout = '1'
