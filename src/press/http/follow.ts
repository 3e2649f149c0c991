// From the first request to the final answer, along its redirects: each hop is a request of its own,
// planned by core/http/redirect.ts and guarded like the first.

import { findRedirect } from '#core/http/redirect.ts'
import type { HttpRequest } from '#core/http/request.ts'
import type { NetworkAnswer } from '#host/host.ts'
import { send, type Sending } from './send.ts'

/**
 * The final answer, its body still to be read and its connection to be closed. `answered` hears the
 * status of every answer. Throws what `send` and `findRedirect` throw.
 */
export async function follow(
  first: HttpRequest,
  sending: Sending,
  answered: (status: number) => void,
): Promise<NetworkAnswer> {
  let request = first
  for (let followed = 0; ; followed++) {
    const answer = await send(request, sending)
    answered(answer.status)
    const next = findNext(request, answer, followed)
    if (next === undefined) return answer
    answer.close()
    request = next
  }
}

function findNext(request: HttpRequest, answer: NetworkAnswer, followed: number) {
  try {
    const { status } = answer
    return findRedirect(request, { status, location: answer.header('location'), followed })
  } catch (error) {
    answer.close()
    throw error
  }
}
