// Puts a finished record beside the others: whole, under a name nobody else has.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { formatStem } from '#core/time/format.ts'
import type { SpilledOutput } from '#spec/run.ts'
import type { RunClaim } from '../../store.ts'
import { guard } from '#core/text/storage.ts'
import type { Means } from './claim.ts'
import { nextNumber } from './next.ts'
import type { Spares } from './spares.ts'
import { lastStem, progressName, recordName, sideEnds, stemAt, stemOf } from './stems.ts'

/** The file name the record got. Throws STORAGE_ERROR. */
export function placeRecord(
  host: Host,
  directory: string,
  claim: RunClaim,
  record: object,
  target: string,
  { given, spares }: Means,
  spilled: SpilledOutput = {},
): string {
  const textFor = (name: string) => JSON.stringify(withSides(record, name, spilled), null, 2)
  return guard(`Cannot record the press of "${target}"`, () => {
    const own = claim.stem === undefined ? undefined : recordName(claim.stem)
    if (own !== undefined && placeIn(host, directory, own, textFor(own), spares)) return own
    const second = formatStem(claim.startedMs)
    const first = nextNumber(host, directory, second, claim.startedMs, given)
    for (let number = first; number <= lastStem; number++) {
      const stem = stemAt(second, number)
      // A stem with a progress file belongs to a press that has not ended yet.
      if (host.files.stat(`${directory}/${progressName(stem)}`)) continue
      const name = recordName(stem)
      if (!placeIn(host, directory, name, textFor(name), spares)) continue
      given.note(directory, second, number)
      return name
    }
    throw fail('STORAGE_ERROR', 'every name of this second is taken')
  })
}

// Named after the record, whose name is only known once it is in its place.
function withSides(record: object, name: string, { stdout, stderr }: SpilledOutput): object {
  if (stdout === undefined && stderr === undefined) return record
  return {
    ...record,
    ...(stdout !== undefined && { stdout_file: stemOf(name) + sideEnds.stdout }),
    ...(stderr !== undefined && { stderr_file: stemOf(name) + sideEnds.stderr }),
  }
}

/**
 * Puts complete streams beside their record. Afterwards, since its name is only then ours: until
 * then, and when the disk is full, the record's own beginning of them is what there is.
 */
export function placeSpilled(
  host: Host,
  directory: string,
  name: string,
  spilled: SpilledOutput,
): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const text = spilled[stream]
    if (text === undefined) continue
    guard(`Cannot keep the whole ${stream}`, () =>
      host.files.place(`${directory}/${stemOf(name)}${sideEnds[stream]}`, text, 0o600),
    )
  }
}

function placeIn(
  host: Host,
  directory: string,
  name: string,
  text: string,
  spares: Spares | undefined,
): boolean {
  const reused = spares?.place(directory, `${directory}/${name}`, text)
  if (reused !== undefined) return reused
  try {
    return host.files.place(`${directory}/${name}`, text, 0o600)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    // Nobody has made `pressed` yet, or it went while the press ran.
    host.files.makeDirectory(directory, 0o700)
    return host.files.place(`${directory}/${name}`, text, 0o600)
  }
}
