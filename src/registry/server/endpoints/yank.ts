// `POST …/yank`: a version is no longer the newest; whoever wants exactly it still gets it.

import { coversDesk } from '#core/registry/access.ts'
import { fail } from '#spec/errors.ts'
import { authorize } from '../authorize.ts'
import type { Handler } from '../context.ts'
import { json } from '../reply.ts'

export const yankRelease: Handler = async ({ desk, name, version }, call, act, context) => {
  Object.assign(act, { action: 'yank', target: `${name}@${version}`.slice(0, 300) })
  const key = await authorize('admin', call, act, context)
  if (!coversDesk(key, desk)) throw fail('FORBIDDEN', `This key is not for the desk "${desk}"`)
  const known =
    /^[1-9][0-9]{0,8}$/.test(version) &&
    (await context.store.releases.setYanked(name, Number(version), true))
  if (!known) throw fail('NOT_FOUND', `There is no "${name}@${version}"`)
  return json({ ok: true, name, version, yanked: true })
}
