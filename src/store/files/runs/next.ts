// Where the stems of a second go on: behind the greatest one, since what was pruned makes room among
// the lower ones, and a record there would be older than what it follows.

import type { Host } from '#host/host.ts'
import { type GivenStems, stemNumber, stemOf } from './stems.ts'

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
  let next = 0
  for (const { name } of host.files.list(directory))
    if (name.startsWith(second)) next = Math.max(next, stemNumber(second, stemOf(name)) + 1)
  return next
}

// A file's time may be that much behind the clock.
const clockTickMs = 50
