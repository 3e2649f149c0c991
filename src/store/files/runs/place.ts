// Puts a finished record beside the others: whole, under a name nobody else has.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { RunClaim } from '../../store.ts'
import { guard } from '#core/text/storage.ts'
import { progressName, recordName, stemsOf } from './stems.ts'

/** The file name the record got. Throws STORAGE_ERROR. */
export function placeRecord(
  host: Host,
  directory: string,
  claim: RunClaim,
  record: object,
  target: string,
): string {
  const text = JSON.stringify(record, null, 2)
  return guard(`Cannot record the press of "${target}"`, () => {
    const own = claim.stem === undefined ? undefined : recordName(claim.stem)
    if (own !== undefined && placeIn(host, directory, own, text)) return own
    for (const stem of stemsOf(claim.startedMs)) {
      // A stem with a progress file belongs to a press that has not ended yet.
      if (host.files.stat(`${directory}/${progressName(stem)}`)) continue
      const name = recordName(stem)
      if (placeIn(host, directory, name, text)) return name
    }
    throw fail('STORAGE_ERROR', 'every name of this second is taken')
  })
}

function placeIn(host: Host, directory: string, name: string, text: string): boolean {
  try {
    return host.files.place(`${directory}/${name}`, text, 0o600)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    // Nobody has made `pressed` yet, or it went while the press ran.
    host.files.makeDirectory(directory, 0o700)
    return host.files.place(`${directory}/${name}`, text, 0o600)
  }
}
