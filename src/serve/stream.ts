// Answers that are streams of events: a press while it runs, or a run that somebody else started.

import { readLastEventId } from '#core/serve/eventLog.ts'
import { fail } from '#spec/errors.ts'
import type { Hosting } from './hosting.ts'
import { followProgress } from './live/progress.ts'
import type { LiveRun } from './live/run.ts'
import { eventStreamHeaders, streamEvents } from './live/stream.ts'
import { cancelWithCaller, type Started } from './presses.ts'
import type { Call } from './route.ts'

export function wantsStream(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/event-stream')
}

/** The press as a stream; whoever leaves it cancels it. */
export function answerStream(started: Started<unknown>, call: Call, hosting: Hosting): Response {
  const { run, result } = started
  cancelWithCaller(started, call.request)
  // What kept it from starting is the last event of the stream.
  result.catch(() => {})
  return streamRun(run, 0, (finished) => finished || run.cancel(), hosting)
}

/** The events of a run for somebody who only watches. Throws BUSY for too many of them. */
export function answerWatcher(run: LiveRun, call: Call, hosting: Hosting): Response {
  if (hosting.metrics.subscribers >= hosting.settings['max-readers'])
    throw fail('BUSY', 'Cannot stream events: too many readers are here')
  call.facts.peer.setIdle(0)
  const lastId = readLastEventId(call.request.headers.get('last-event-id'))
  return streamRun(run, lastId, () => {}, hosting)
}

function streamRun(
  run: LiveRun,
  lastId: number,
  onClose: (finished: boolean) => void,
  { machine, metrics }: Hosting,
): Response {
  metrics.subscribers++
  const unfollow = followProgress(run, machine)
  const stream = streamEvents(run, {
    lastId,
    clock: machine.clock,
    onClose: (finished) => {
      metrics.subscribers--
      unfollow()
      onClose(finished)
    },
  })
  return new Response(stream, { headers: eventStreamHeaders })
}
