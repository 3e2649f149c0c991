// The index as it is sent (registry 14.3, 14.5). Clients take the last row of a name for its newest
// version: the greatest number stands last, whenever it was published, and yanked ones before.

import type { Release } from '#spec/registry.ts'
import { compareText } from '../expr/textOrder.ts'
import { coversDesk, type Reach } from './access.ts'

export type ListedRelease = Release & { yanked: boolean }

/** Rows of what a key may see, in the order in which they are sent. */
export function orderRows(releases: readonly ListedRelease[], reach: Reach): ListedRelease[] {
  const seen = releases.filter(({ name }) => coversDesk(reach, name.slice(0, name.indexOf('/'))))
  const byName = Map.groupBy(seen, ({ name }) => name)
  return [...byName.keys()].sort(compareText).flatMap((name) => {
    const versions = byName.get(name)!
    // With nothing but yanked versions, the last of them would count as the newest.
    if (versions.every(({ yanked }) => yanked)) return []
    return versions.sort((a, b) => Number(b.yanked) - Number(a.yanked) || a.version - b.version)
  })
}

/** A row on the wire. */
export function formatRow(release: ListedRelease): Record<string, unknown> {
  const { name, kind, version, tags, sha256, content_hash, published_at, size } = release
  const { description, flow, flow_definition_sha256, requires_batteries, yanked } = release
  const { publisher_key, signature } = release
  return {
    name,
    kind,
    version: String(version),
    ...(tags.length > 0 && { tags }),
    sha256,
    content_hash,
    published_at,
    size,
    ...(description !== '' && { description }),
    ...(flow && { drawer_kind: 'flow', flow_definition_sha256 }),
    ...(requires_batteries.length > 0 && { requires_batteries }),
    ...(publisher_key !== '' && { publisher_key, signature }),
    ...(yanked && { yanked }),
  }
}
