// The newest runs of one button or drawer.

import { slug } from '#core/name/slug.ts'
import { readQuery } from '#core/serve/request.ts'
import { targetRunsQuerySchema } from '#spec/api.ts'
import type { TargetKind } from '#spec/run.ts'
import { answer } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Call } from '../route.ts'
import { toStoredQuery } from '../runQuery.ts'

/** `exists` throws NOT_FOUND for a name there is no such target of. Throws VALIDATION_ERROR. */
export async function answerRuns(
  kind: TargetKind,
  exists: (name: string) => Promise<unknown>,
  { params, facts }: Call,
  { store }: Hosting,
): Promise<Response> {
  const query = readQuery(targetRunsQuerySchema, facts.query)
  const name = params['name']!
  await exists(name)
  const target = { kind, name: slug(name) }
  const runs = await store.runs.listStored({ target, ...toStoredQuery(query) })
  return answer({ runs: runs.map(({ run }) => run) })
}
