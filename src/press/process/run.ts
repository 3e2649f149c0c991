// Runs one child to its end: within its deadline, stoppable, its whole group ended when we end it.

import type { ProcessEnd } from '#core/press/classify.ts'
import { limits } from '#spec/limits.ts'
import type { OutputListener } from '#spec/press.ts'
import type { ChildProcess, Clock, Host } from '#host/host.ts'
import { startCapture } from './capture.ts'
import { endGroup } from './kill.ts'
import { waitFor } from './wait.ts'

export interface ProcessRequest {
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  /** Ends the process: TERM, grace, KILL. */
  signal?: AbortSignal | undefined
  /** Ends the grace. */
  hurry?: AbortSignal | undefined
  onOutput?: OutputListener | undefined
  /** Hears of the child's process group as soon as there is one. */
  onStart?: ((group: number) => void) | undefined
  /** Hand output over as it comes, also that of a child which is over at once. */
  live?: boolean
}

/** How the child ended and what it printed. Throws HostError when it cannot be started. */
export async function runProcess(request: ProcessRequest, host: Host): Promise<ProcessEnd> {
  if (request.signal?.aborted)
    return { stopped: 'cancelled', exitCode: null, stdout: '', stderr: '' }
  const capture = startCapture()
  const watcher = shield(request.onOutput)
  const child = await host.processes.start({
    command: request.command,
    cwd: request.cwd,
    env: request.env,
    live: request.live === true,
    onOutput: (stream, bytes) => {
      capture.add(stream, bytes)
      watcher?.(stream, bytes)
    },
  })
  request.onStart?.(child.pid)
  const stopped = await waitForEnd(child, request, host.clock)
  if (stopped) await endGroup(child, request.hurry, host.clock)
  const exit = await child.exited
  return {
    stopped,
    exitCode: exit.code,
    stdout: capture.text('stdout'),
    stderr: capture.text('stderr'),
  }
}

// Who watches must not harm the press: the first failure ends the watching.
function shield(listener: OutputListener | undefined): OutputListener | undefined {
  if (!listener) return undefined
  let failed = false
  return (stream, bytes) => {
    if (failed) return
    try {
      listener(stream, bytes)
    } catch {
      failed = true
    }
  }
}

type Stopped = 'timeout' | 'cancelled' | undefined

// A press is over when the child has ended and its output is at its end. A daemon that the script
// left behind may keep the output open: we stop listening after a while and let it be (D39).
async function waitForEnd(
  child: ChildProcess,
  { timeoutMs, signal }: ProcessRequest,
  clock: Clock,
): Promise<Stopped> {
  const deadline = clock.monotonic() + timeoutMs
  const first = await waitFor(child.exited, timeoutMs, signal, clock)
  if (first !== 'done') return first === 'late' ? 'timeout' : 'cancelled'
  if (!child.outputOpen) return undefined
  const patienceMs = Math.min(limits.outputDrainMs, deadline - clock.monotonic())
  const then = await waitFor(child.outputEnded, patienceMs, signal, clock)
  if (then === 'aborted') return 'cancelled'
  child.closeOutput()
  return undefined
}
