// Failed authentications by client: whoever fails too often is told to come back later. Good keys and
// signatures are never limited.

import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'
import { countPerMinute } from './counts.ts'

export interface FailedLogins {
  /** Counts a failure. True: this client has had its share, and is told to come back later. */
  tooMany(client: string): boolean
}

export function countFailedLogins(clock: Clock): FailedLogins {
  const counts = countPerMinute(clock)
  return { tooMany: (client) => counts.add(client).count > limits.failedLogins }
}
