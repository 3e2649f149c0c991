// Children of a host that runs many at once: beyond the first few they are started in a thread of
// their own, which comes when it is needed and goes when it is quiet again.

import type { ChildProcess, SpawnRequest } from '../host.ts'
import type { BaseEnvironment } from './messages.ts'
import { openThread, type Thread } from './starter.ts'

type Spawn = (request: SpawnRequest) => ChildProcess
type Start = (request: SpawnRequest) => ChildProcess | Promise<ChildProcess>

/** So many at once are started where everything else happens: a thread costs memory. */
const fewChildren = 2
/** How long the thread waits for more, milliseconds. */
const quietMs = 5000

export function openCrowd(spawn: Spawn, base: BaseEnvironment): Start {
  let alive = 0
  let thread: Thread | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  const over = () => {
    alive--
    if (alive > 0 || !thread) return
    quiet = setTimeout(() => {
      thread?.end()
      thread = undefined
    }, quietMs)
  }
  const count = (child: ChildProcess): ChildProcess => {
    void Promise.all([child.exited, child.outputEnded]).then(over)
    return child
  }
  const begin = async (starting: Promise<ChildProcess>) => {
    try {
      return count(await starting)
    } catch (error) {
      over()
      throw error
    }
  }
  return (request) => {
    clearTimeout(quiet)
    if (thread?.broken) thread = undefined
    if (alive >= fewChildren) thread ??= openThread(base)
    const child = thread?.ready ? thread.start(request) : spawn(request)
    alive++
    return child instanceof Promise ? begin(child) : count(child)
  }
}
