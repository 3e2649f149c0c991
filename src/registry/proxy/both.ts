// A registry of ours beside one that we stand in front of: each desk belongs to exactly one of them, so
// that nobody can slip a version under a name of the other (registry 14.10).

import { narrowIndex } from '#core/package/desks.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { type Endpoint, findEndpoint } from '#core/registry/path.ts'
import type { RegistryAnswer, RegistryCall } from '../server/context.ts'
import type { Answer } from '../server/perform.ts'
import { hasTag } from '../server/reply.ts'

export interface Sides {
  own: Answer
  origin: Answer
  /** Desks of our own registry, with their `@`; the origin has all others. */
  localDesks: readonly string[]
}

export function openBothAnswer({ own, origin, localDesks }: Sides): Answer {
  const isLocal = (desk: string) => localDesks.includes(desk)
  return async (call) => {
    const endpoint = findEndpoint(call.path)
    if (endpoint?.kind === 'index' && call.method !== 'POST')
      return mergeIndexes(call, { own, origin, isLocal })
    if (endpoint?.kind === 'meta') return answerMeta(call, { own, origin })
    return isForeign(endpoint, isLocal) ? origin(call) : own(call)
  }
}

/** Who somebody is, and what is made of that, is the business of this host. */
function isForeign(endpoint: Endpoint | undefined, isLocal: (desk: string) => boolean): boolean {
  return endpoint !== undefined && endpoint.desk !== '' && !isLocal(endpoint.desk)
}

// The demands of this host stand in both answers.
async function answerMeta(
  call: RegistryCall,
  { own, origin }: Pick<Sides, 'own' | 'origin'>,
): Promise<RegistryAnswer> {
  const answer = await origin(call)
  return answer.status < 500 ? answer : own(call)
}

// Without one of its halves an index would look as if those packages were gone: then there is none.
async function mergeIndexes(
  call: RegistryCall,
  { own, origin, isLocal }: Pick<Sides, 'own' | 'origin'> & { isLocal(desk: string): boolean },
): Promise<RegistryAnswer> {
  const whole: RegistryCall = {
    ...call,
    header: (name) => (name === 'if-none-match' ? undefined : call.header(name)),
  }
  const [theirs, ours] = await Promise.all([origin(whole), own(whole)])
  if (ours.status !== 200) return ours
  if (theirs.status !== 200) return theirs
  const local = JSON.parse(narrowIndex(ours.body as string, isLocal)) as unknown[]
  // Rows of local desks were left out there.
  const foreign = JSON.parse(theirs.body as string) as unknown[] | null
  const body = `${JSON.stringify([...(foreign ?? []), ...local])}\n`
  const etag = `"${sha256Hex(body)}"`
  const headers = { ...theirs.headers, ETag: etag }
  if (!hasTag(call.header('if-none-match'), etag)) return { ...theirs, headers, body }
  return { status: 304, headers, act: theirs.act }
}
