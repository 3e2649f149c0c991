// Running a child as a shell does: in our session and group, so that what ends the group ends it
// too, with our standard input and error. Only its standard output passes through us.

import type { BesideRequest, ProcessExit } from './host.ts'
import { openPipeReader } from './pipes.ts'
import type { Posix } from './posix/posix.ts'
import { signalName, spawnError } from './processes.ts'

export async function runBeside(posix: Posix, request: BesideRequest): Promise<ProcessExit> {
  const { readEnd, writeEnd } = posix.pipe()
  let child: Bun.Subprocess
  try {
    child = Bun.spawn([...request.command], {
      cwd: request.cwd,
      env: request.env,
      stdio: [0, writeEnd, 2],
    })
  } catch (error) {
    posix.close(readEnd)
    throw spawnError(posix, error, request)
  } finally {
    posix.close(writeEnd)
  }
  const end = () => child.kill('SIGTERM')
  const { signal } = request
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end, { once: true })
  const reader = openPipeReader(posix, readEnd, request.onStdout)
  reader.follow()
  await child.exited
  await reader.ended
  signal?.removeEventListener('abort', end)
  return { code: child.exitCode, signal: signalName(child.signalCode) }
}
