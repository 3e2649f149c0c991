// Starting children: own session and process group, real pipes, nothing inherited but what is given.
// When to end them is decided in press/process.

import { type ChildProcess, HostError, type Processes, type SpawnRequest } from './host.ts'
import type { Posix } from './posix/posix.ts'

export function openProcesses(posix: Posix): Processes {
  return {
    spawn: (request) => spawn(posix, request),
    find: (program, path) => Bun.which(program, { PATH: path }) ?? undefined,
  }
}

function spawn(posix: Posix, request: SpawnRequest): ChildProcess {
  const stdout = posix.pipe()
  const stderr = posix.pipe()
  let child: Bun.Subprocess
  try {
    child = Bun.spawn([...request.command], {
      cwd: request.cwd,
      env: request.env,
      stdio: [null, stdout.writeEnd, stderr.writeEnd],
      // A new session: the whole group can be signalled, and Ctrl-C reaches only us.
      detached: true,
    })
  } catch (error) {
    posix.close(stdout.readEnd)
    posix.close(stderr.readEnd)
    throw spawnError(error, request)
  } finally {
    posix.close(stdout.writeEnd)
    posix.close(stderr.writeEnd)
  }
  const readers = [
    startReader(stdout.readEnd, (bytes) => request.onOutput('stdout', bytes)),
    startReader(stderr.readEnd, (bytes) => request.onOutput('stderr', bytes)),
  ]
  return {
    pid: child.pid,
    exited: child.exited.then(() => ({
      code: child.exitCode,
      signal: signalName(child.signalCode),
    })),
    outputEnded: Promise.all(readers.map((reader) => reader.ended)).then(() => undefined),
    closeOutput: () => readers.forEach((reader) => reader.close()),
    signalGroup: (signal) => signalGroup(child.pid, signal),
  }
}

function signalName(signal: string | number | null): string | null {
  return signal === null ? null : String(signal)
}

interface PipeReader {
  ended: Promise<void>
  close(): void
}

function startReader(fd: number, onBytes: (bytes: Uint8Array) => void): PipeReader {
  const reader = Bun.file(fd).stream().getReader()
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      onBytes(value)
    }
  }
  // A closed reader ends with an error or with "done"; both mean there is no more output for us.
  return { ended: read().catch(() => undefined), close: () => void reader.cancel() }
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}

function spawnError(error: unknown, request: SpawnRequest): HostError {
  const code = (error as { code?: unknown }).code
  const reason = error instanceof Error ? error.message : String(error)
  return new HostError(typeof code === 'string' ? code : 'EINVAL', reason, request.command[0])
}
