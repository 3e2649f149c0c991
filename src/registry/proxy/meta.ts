// What the origin says of itself, with the higher of its and our demands on clients (registry 14.10).

import { compareVersions } from '#core/package/version.ts'
import { isObject } from '#core/drawer/json.ts'
import { parseJson } from '#core/text/json.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { readWhole } from '../call.ts'
import type { ProxyContext } from './context.ts'
import { openFlights } from './flights.ts'
import { type Origin, refusalOf } from './origin.ts'

export interface Meta {
  document: Record<string, unknown>
  how: 'hit' | 'miss' | 'stale'
}

export type ReadMeta = () => Promise<Meta>

const freshMs = 60_000

/** Reading throws what `Origin.ask` throws, as long as nothing is known. */
export function openMeta(context: ProxyContext, origin: Origin): ReadMeta {
  const { clock, settings } = context
  const flights = openFlights<Record<string, unknown>>()
  let held: { document: Record<string, unknown>; atMs: number } | undefined
  const refresh = async () => {
    const document = await fetchMeta(origin)
    held = { document, atMs: clock.monotonic() }
    return document
  }
  const told = (document: Record<string, unknown>, how: Meta['how']) => ({
    document: demandMore(document, settings.minCliVersion),
    how,
  })
  return async () => {
    const ageMs = held ? clock.monotonic() - held.atMs : Infinity
    if (held && ageMs < freshMs) return told(held.document, 'hit')
    try {
      return told(await flights.join('meta', refresh), 'miss')
    } catch (error) {
      if (held && ageMs < limits.proxyStaleMs) return told(held.document, 'stale')
      throw error
    }
  }
}

async function fetchMeta(origin: Origin): Promise<Record<string, unknown>> {
  return origin.ask({ method: 'GET', path: '/v1/meta', as: 'reader' }, async (answer) => {
    if (answer.status !== 200) throw await refusalOf(answer, 'what the registry is')
    const json = parseJson(new TextDecoder().decode(await readWhole(answer, limits.wakeBytes)))
    if (json.ok && isObject(json.value)) return json.value
    throw fail('REGISTRY_ERROR', 'The origin does not say what it is')
  })
}

function demandMore(
  document: Record<string, unknown>,
  own: string | undefined,
): Record<string, unknown> {
  const theirs = document['min_cli_version']
  const higher =
    typeof theirs !== 'string' || theirs === '' || compareVersions(own ?? '', theirs) > 0
  return own !== undefined && higher ? { ...document, min_cli_version: own } : document
}
