// The real machine. What only some commands need is loaded on first use.

import type { Clock, Host, Platform, StopSignal } from './host.ts'
import { openFiles } from './files.ts'
import { openLocks } from './locks.ts'
import { openLibc } from './posix/libc.ts'
import type { Posix } from './posix/posix.ts'
import { openProcesses } from './processes.ts'
import { openTerminal } from './terminal.ts'

export interface BunHost extends Host {
  /** Ends this process at once; everything worth keeping has been written by then. */
  exit(status: number): never
}

export function openBunHost(): BunHost {
  const posix = openPosix()
  return {
    env: process.env,
    cwd: process.cwd(),
    executable: process.execPath,
    selfArguments: compiled() ? [] : [Bun.main],
    platform: readPlatform(),
    clock,
    random: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
    files: openFiles(posix),
    processes: openProcesses(posix),
    locks: openLocks(posix),
    terminal: openTerminal(posix),
    signals: { onStop },
    exit: (status) => posix.exit(status),
  }
}

/** The system calls of this machine: libc on Linux, node:fs elsewhere. */
function openPosix(): Posix {
  if (process.platform === 'linux') {
    try {
      return openLibc(process.arch === 'arm64' ? 'aarch64' : 'x86_64')
    } catch {
      // A libc without these calls: node:fs serves as well, a little slower.
    }
  }
  return (require('./posix/node.ts') as typeof import('./posix/node.ts')).openNodePosix()
}

// The files of a compiled executable live below this made-up root.
function compiled(): boolean {
  return Bun.main.startsWith('/$bunfs/')
}

function readPlatform(): Platform {
  return {
    os: process.platform,
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    get cpus() {
      return navigator.hardwareConcurrency
    },
    get hostname() {
      return (require('node:os') as typeof import('node:os')).hostname()
    },
    get homeDirectory() {
      return findHomeDirectory()
    },
  }
}

function findHomeDirectory(): string | undefined {
  try {
    return (require('node:os') as typeof import('node:os')).homedir() || undefined
  } catch {
    return undefined
  }
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
}

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

function onStop(listener: (signal: StopSignal) => void): () => void {
  for (const signal of stopSignals) process.on(signal, listener)
  return () => {
    for (const signal of stopSignals) process.off(signal, listener)
  }
}
