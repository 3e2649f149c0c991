// `GET …/download`: the archive as it was published, byte for byte, never packed again on its way.

import { coversDesk } from '#core/registry/access.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { fail } from '#spec/errors.ts'
import { authorize } from '../authorize.ts'
import type { Handler } from '../context.ts'
import { checkProof } from '../proof.ts'

const nothing = sha256Hex('')

export const answerDownload: Handler = async ({ desk, name, version }, call, act, context) => {
  const key = await authorize('read', call, act, context)
  await checkProof(call, nothing, context)
  const { releases, blobs } = context.store
  const number = /^[1-9][0-9]{0,8}$/.test(version) ? Number(version) : undefined
  // Whoever may not see a desk does not learn what is in it.
  const seen = number !== undefined && coversDesk(key, desk)
  const release = seen ? await releases.find(name, number) : undefined
  if (!release) throw fail('NOT_FOUND', `There is no "${name}@${version}"`)
  const { sha256, size, publisher_key: publisher, signature } = release
  const etag = `"${sha256}"`
  const headers = {
    'Content-Type': 'application/gzip',
    'X-Content-Sha256': sha256,
    ETag: etag,
    'Cache-Control': 'private, max-age=31536000, immutable',
    ...(publisher !== '' && {
      'X-Buttons-Publisher': publisher,
      'X-Buttons-Package-Signature': signature,
    }),
  }
  if (call.header('if-none-match') === etag) return { status: 304, headers }
  const blob = await blobs.find(sha256)
  if (blob?.size !== size)
    throw fail('STORAGE_ERROR', `The archive of "${name}@${version}" is lost`)
  return { status: 200, headers: { ...headers, 'Content-Length': String(size) }, body: blob }
}
