// Where the stems of a second go on: behind the greatest one, since what was pruned makes room among
// the lower ones, and a record there would be older than what it follows.

import type { Host } from '#host/host.ts'
import { type GivenStems, progressName, recordName, stemAt, stemNumber, stemOf } from './stems.ts'

/** The number from which on a stem of this second is to be tried. */
export function nextNumber(
  host: Host,
  directory: string,
  second: string,
  startedMs: number,
  given: GivenStems,
): number {
  const known = given.count(directory, second)
  if (known > 0) return known
  // Nearly always nothing has been put there since the second began.
  const stat = host.files.stat(directory)
  const secondMs = startedMs - (startedMs % 1000)
  if (!stat || stat.mtimeNs < BigInt(secondMs - clockTickMs) * 1_000_000n) return 0
  const isTaken = (number: number) => {
    const path = `${directory}/${stemAt(second, number)}`
    return Boolean(host.files.stat(progressName(path)) ?? host.files.stat(recordName(path)))
  }
  // While the first is there none of them has been pruned, and they stand in a row.
  return isTaken(0) ? findEnd(isTaken) : listNext(host, directory, second)
}

// A file's time may be that much behind the clock.
const clockTickMs = 50

/** The first number behind a row that begins at 0. */
function findEnd(isTaken: (number: number) => boolean): number {
  let [last, end] = [0, 1]
  while (isTaken(end)) {
    last = end
    end *= 2
  }
  while (end - last > 1) {
    const middle = (last + end) >> 1
    if (isTaken(middle)) last = middle
    else end = middle
  }
  return end
}

function listNext(host: Host, directory: string, second: string): number {
  let next = 0
  for (const { name } of host.files.list(directory))
    if (name.startsWith(second)) next = Math.max(next, stemNumber(second, stemOf(name)) + 1)
  return next
}
