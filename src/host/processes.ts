// Starting children: own session and process group, real pipes, nothing inherited but what is given.
// When to end them is decided in press/process.

import {
  type ApartRequest,
  type ChildProcess,
  HostError,
  type Processes,
  type SentSignal,
  type SpawnRequest,
} from './host.ts'
import { openPipeReader, type PipeReader } from './pipes.ts'
import type { Posix } from './posix/posix.ts'

export function openProcesses(posix: Posix): Processes {
  return {
    spawn: (request) => spawn(posix, request),
    start: (request) => spawn(posix, request),
    inCrowds: (base) => loadCrowd().openCrowd((request) => spawn(posix, request), base),
    startApart: (request) => startApart(posix, request),
    runBeside: (request) => loadBeside().runBeside(posix, request),
    signal: send,
    signalGroup: (group, signal) => send(-group, signal),
    holdsLock: (pid, path) => loadInspect().holdsLock(pid, path),
    isAlive: (pid) => loadInspect().isAlive(pid),
    findMembers: (group, variable, value) => loadInspect().findMembers(group, variable, value),
    findGroups: (variable, value, other) => loadInspect().findGroups(variable, value, other),
    find: (program, path) => Bun.which(program, { PATH: path }) ?? undefined,
  }
}

// What only rare commands need is loaded by them.
function loadInspect(): typeof import('./inspect.ts') {
  return require('./inspect.ts') as typeof import('./inspect.ts')
}

function loadCrowd(): typeof import('./crowd/crowd.ts') {
  return require('./crowd/crowd.ts') as typeof import('./crowd/crowd.ts')
}

function loadBeside(): typeof import('./beside.ts') {
  return require('./beside.ts') as typeof import('./beside.ts')
}

// The new process gets every descriptor in one step: there is no instant at which it exists and does
// not hold the lock that goes with `inherit`. What it starts itself inherits none of them.
function startApart(posix: Posix, request: ApartRequest): number {
  const { command, cwd, env, inherit } = request
  const out = posix.open(request.stdout, 'append', 0o600)
  const err = posix.open(request.stderr, 'append', 0o600)
  try {
    const child = Bun.spawn([...command], {
      cwd,
      env,
      stdio: [null, out, err, inherit],
      detached: true,
    })
    child.unref()
    return child.pid
  } catch (error) {
    throw spawnError(posix, error, request)
  } finally {
    posix.close(out)
    posix.close(err)
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

function watch(
  child: Bun.Subprocess,
  readers: readonly [PipeReader, PipeReader],
  live: boolean,
): ChildProcess {
  const follow = () => {
    for (const reader of readers) reader.follow()
  }
  const timer = live ? follow() : setTimeout(follow, patienceMs)
  return {
    pid: child.pid,
    exited: child.exited.then(() => {
      if (timer) clearTimeout(timer)
      for (const reader of readers) reader.takeRest()
      return { code: child.exitCode, signal: signalName(child.signalCode) }
    }),
    outputEnded: Promise.all([readers[0].ended, readers[1].ended]).then(() => undefined),
    get outputOpen() {
      return readers[0].open || readers[1].open
    },
    closeOutput: () => {
      for (const reader of readers) reader.close()
    },
    signalGroup: (signal) => void send(-child.pid, signal),
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

export function signalName(signal: string | number | null): string | null {
  return signal === null ? null : String(signal)
}

/** A negative number means the process group; false when nobody is there. */
function send(target: number, signal: SentSignal): boolean {
  try {
    return process.kill(target, signal)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
    return false
  }
}

// A missing working directory is reported under the name of the program, and a NUL byte together
// with the value that holds it, which may be a secret: both are told apart here.
export function spawnError(
  posix: Posix,
  error: unknown,
  { command, cwd, env }: Pick<SpawnRequest, 'command' | 'cwd' | 'env'>,
): HostError {
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
