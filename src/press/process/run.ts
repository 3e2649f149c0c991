// Runs one child to its end: within its deadline, stoppable, its whole group ended when we end it.

import type { ProcessEnd } from '#core/press/classify.ts'
import { limits } from '#spec/limits.ts'
import type { OutputListener } from '#spec/press.ts'
import type { ChildProcess, Host } from '#host/host.ts'
import { startCapture } from './capture.ts'

export interface ProcessRequest {
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  signal?: AbortSignal | undefined
  onOutput?: OutputListener | undefined
}

/** How the child ended and what it printed. Throws HostError when it cannot be started. */
export async function runProcess(request: ProcessRequest, host: Host): Promise<ProcessEnd> {
  const capture = startCapture()
  const child = host.processes.spawn({
    command: request.command,
    cwd: request.cwd,
    env: request.env,
    onOutput: (stream, bytes) => {
      capture.add(stream, bytes)
      request.onOutput?.(stream, bytes)
    },
  })
  const stopped = await waitOrStop(child, request, host)
  const exit = await child.exited
  if (stopped === undefined) await drain(child, host)
  return {
    stopped,
    exitCode: exit.code,
    stdout: capture.text('stdout'),
    stderr: capture.text('stderr'),
  }
}

type Stopped = 'timeout' | 'cancelled' | undefined

// Waits for the child itself; when time is up or somebody cancels, ends its whole group.
async function waitOrStop(
  child: ChildProcess,
  request: ProcessRequest,
  host: Host,
): Promise<Stopped> {
  const done = new AbortController()
  const deadline = host.clock.sleep(request.timeoutMs, done.signal).then(() => 'timeout' as const)
  const cancelled = aborted(request.signal, done.signal)
  const ended = child.exited.then(() => undefined)
  const stopped = await Promise.race([ended, deadline, cancelled])
  done.abort()
  if (stopped !== undefined) await endGroup(child, host)
  return stopped
}

/** Resolves when `signal` aborts; never when `done` comes first. */
function aborted(signal: AbortSignal | undefined, done: AbortSignal): Promise<'cancelled'> {
  return new Promise((resolve) => {
    if (!signal) return
    if (signal.aborted) return resolve('cancelled')
    signal.addEventListener('abort', () => resolve('cancelled'), { once: true, signal: done })
  })
}

// TERM for everybody, then KILL for who is left: a group member may ignore TERM while the leader
// obeys, so KILL is sent even when the leader has gone, unless its output is at its end as well.
async function endGroup(child: ChildProcess, host: Host): Promise<void> {
  child.signalGroup('SIGTERM')
  const over = new AbortController()
  const gone = Promise.all([child.exited, child.outputEnded]).then(() => over.abort())
  await Promise.race([gone, host.clock.sleep(limits.killGraceMs, over.signal)])
  child.signalGroup('SIGKILL')
  await child.exited
  await drain(child, host)
}

// A daemon that the script left behind may keep the pipes open: we stop listening after a while (D39).
async function drain(child: ChildProcess, host: Host): Promise<void> {
  const over = new AbortController()
  const ended = child.outputEnded.then(() => over.abort())
  await Promise.race([ended, host.clock.sleep(limits.outputDrainMs, over.signal)])
  over.abort()
  child.closeOutput()
}
