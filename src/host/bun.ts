// The real machine. What only some commands need is loaded on first use.

import type {
  Clock,
  Host,
  HttpBinding,
  HttpServer,
  InheritedSocket,
  Platform,
  StopSignal,
} from './host.ts'
import { openFiles } from './files.ts'
import { openLocks } from './locks.ts'
import { network } from './network.ts'
import { openPosix } from './posix/open.ts'
import { openProcesses } from './processes.ts'
import { openRandom } from './random.ts'
import { notesOrder } from '#spec/build.ts'
import { openTerminal } from './terminal.ts'

export interface BunHost extends Host {
  /** Ends this process at once; everything worth keeping has been written by then. */
  exit(status: number): never
}

export function openBunHost(): BunHost {
  const posix = openPosix()
  return {
    env: process.env,
    cwd: workingDirectory(),
    executable: process.execPath,
    selfArguments: compiled() ? [] : [Bun.main],
    platform: readPlatform(),
    clock,
    random: { bytes: openRandom(posix) },
    files: openFiles(posix),
    processes: openProcesses(posix),
    locks: openLocks(posix),
    terminal: openTerminal(posix),
    signals: { onStop, onNudge },
    network,
    servers: { listen, findFreePort, findInherited },
    exit: (status) => (notesOrder ? process.exit(status) : posix.exit(status)),
  }
}

// The directory may have been removed under our feet; then its last name has to do.
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return process.env['PWD'] ?? '/'
  }
}

// The files of a compiled executable live below this made-up root.
function compiled(): boolean {
  return Bun.main.startsWith('/$bunfs/')
}

function readPlatform(): Platform {
  return {
    os: process.platform,
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    runtime: `bun ${Bun.version}`,
    get cpus() {
      return navigator.hardwareConcurrency
    },
    get hostname() {
      return (require('node:os') as typeof import('node:os')).hostname()
    },
    get homeDirectory() {
      return findHomeDirectory()
    },
    rest: () => (require('./rest.ts') as typeof import('./rest.ts')).rest(),
    usage: () => ({ residentBytes: process.memoryUsage.rss(), openFiles: countOpenFiles() }),
  }
}

function countOpenFiles(): number {
  try {
    const { readdirSync } = require('node:fs') as typeof import('node:fs')
    return readdirSync('/dev/fd').length
  } catch {
    return 0
  }
}

function findHomeDirectory(): string | undefined {
  try {
    return (require('node:os') as typeof import('node:os')).homedir() || undefined
  } catch {
    return undefined
  }
}

// Only hosts need it; a press must not pay for it.
async function listen(binding: HttpBinding): Promise<HttpServer> {
  return (await import('./server.ts')).listen(binding)
}

async function findFreePort(): Promise<number> {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => {} } })
  const { port } = listener
  listener.stop(true)
  return port
}

async function findInherited(): Promise<InheritedSocket | undefined> {
  if (process.env['LISTEN_PID'] !== String(process.pid)) return undefined
  return (await import('./inherited.ts')).findFirst(process.env['LISTEN_FDS'])
}

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    }),
  after,
}

// A timer longer than this would fire at once.
const longestTimerMs = 2 ** 31 - 1

function after(ms: number, act: () => void): () => void {
  const arm = (left: number) =>
    setTimeout(
      () => {
        if (left > longestTimerMs) timer = arm(left - longestTimerMs)
        else act()
      },
      Math.min(left, longestTimerMs),
    )
  let timer = arm(ms)
  return () => clearTimeout(timer)
}

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

function onNudge(listener: () => void): () => void {
  process.on('SIGUSR2', listener)
  return () => process.off('SIGUSR2', listener)
}

function onStop(listener: (signal: StopSignal) => void): () => void {
  for (const signal of stopSignals) process.on(signal, listener)
  return () => {
    for (const signal of stopSignals) process.off(signal, listener)
  }
}
