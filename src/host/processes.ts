// Starting children: own session and process group, real pipes, nothing inherited but what is given.
// When to end them is decided in press/process.

import { type ChildProcess, HostError, type Processes, type SpawnRequest } from './host.ts'
import { openPipeReader, type PipeReader } from './pipes.ts'
import type { Posix } from './posix/posix.ts'

export function openProcesses(posix: Posix): Processes {
  return {
    spawn: (request) => spawn(posix, request),
    find: (program, path) => Bun.which(program, { PATH: path }) ?? undefined,
  }
}

// A script that is not over by then gets streams for its output.
const patienceMs = 10

function spawn(posix: Posix, request: SpawnRequest): ChildProcess {
  const [stdout, stderr] = openPipes(posix)
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
    throw spawnError(posix, error, request)
  } finally {
    posix.close(stdout.writeEnd)
    posix.close(stderr.writeEnd)
  }
  return watch(
    child,
    [
      openPipeReader(posix, stdout.readEnd, (bytes) => request.onOutput('stdout', bytes)),
      openPipeReader(posix, stderr.readEnd, (bytes) => request.onOutput('stderr', bytes)),
    ],
    request.live === true,
  )
}

function watch(child: Bun.Subprocess, readers: PipeReader[], live: boolean): ChildProcess {
  const follow = () => readers.forEach((reader) => reader.follow())
  const timer = live ? follow() : setTimeout(follow, patienceMs)
  return {
    pid: child.pid,
    exited: child.exited.then(() => {
      if (timer) clearTimeout(timer)
      readers.forEach((reader) => reader.takeRest())
      return { code: child.exitCode, signal: signalName(child.signalCode) }
    }),
    outputEnded: Promise.all(readers.map((reader) => reader.ended)).then(() => undefined),
    get outputOpen() {
      return readers.some((reader) => reader.open)
    },
    closeOutput: () => readers.forEach((reader) => reader.close()),
    signalGroup: (signal) => signalGroup(child.pid, signal),
  }
}

type Pipe = ReturnType<Posix['pipe']>

function openPipes(posix: Posix): [Pipe, Pipe] {
  const first = posix.pipe()
  try {
    return [first, posix.pipe()]
  } catch (error) {
    posix.close(first.readEnd)
    posix.close(first.writeEnd)
    throw error
  }
}

function signalName(signal: string | number | null): string | null {
  return signal === null ? null : String(signal)
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}

// A missing working directory is reported under the name of the program, and a NUL byte together
// with the value that holds it, which may be a secret: both are told apart here.
function spawnError(posix: Posix, error: unknown, { command, cwd, env }: SpawnRequest): HostError {
  const found = (error as { code?: unknown }).code
  const code = typeof found === 'string' ? found : 'EINVAL'
  const nul = Object.keys(env).find((name) => name.includes('\0') || env[name]!.includes('\0'))
  if (nul !== undefined) return new HostError('EINVAL', 'pass on a NUL byte in the variable', nul)
  if (isMissing(posix, cwd)) return new HostError(code, 'enter the working directory', cwd)
  return new HostError(code, 'start', command[0])
}

function isMissing(posix: Posix, directory: string): boolean {
  try {
    return posix.stat(directory, true)?.kind !== 'directory'
  } catch {
    return true
  }
}
