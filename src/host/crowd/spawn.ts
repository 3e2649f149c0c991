// Starting a child through the C library: nothing is copied that was told before, which for a busy
// host is most of the environment. Only on Linux, with a library that can do all that is needed; else
// Bun starts the children.

import { ptr, read } from 'bun:ffi'
import { HostError } from '../host.ts'
import { errnoName } from '../posix/errno.ts'
import { type CallsOf, findCalls } from '../posix/library.ts'
import type { BaseEnvironment } from './messages.ts'

export interface Program {
  command: readonly string[]
  cwd: string
  /** What differs from the base; null: not there. */
  changes: Readonly<Record<string, string | null>>
}

export interface Ended {
  code: number | null
  /** Its number. */
  signal: number | null
}

export interface Spawner {
  /**
   * Starts a child that leads its own session, with nothing open but the three descriptors; its
   * process id. Throws HostError.
   */
  spawn(program: Program, stdout: number, stderr: number): number
  /** A descriptor that can be read once the child has ended. Throws HostError. */
  watch(pid: number): number
  /** How a child ended; waits for it. */
  reap(pid: number): Ended
  /** poll(2): waits until one of so many is ready, or so long, in milliseconds. */
  poll(list: Int32Array, count: number, ms: number): void
}

const signatures = {
  posix_spawn: { args: ['ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr'], returns: 'int' },
  posix_spawn_file_actions_init: { args: ['ptr'], returns: 'int' },
  posix_spawn_file_actions_destroy: { args: ['ptr'], returns: 'int' },
  posix_spawn_file_actions_addopen: { args: ['ptr', 'int', 'ptr', 'int', 'int'], returns: 'int' },
  posix_spawn_file_actions_adddup2: { args: ['ptr', 'int', 'int'], returns: 'int' },
  posix_spawn_file_actions_addchdir_np: { args: ['ptr', 'ptr'], returns: 'int' },
  posix_spawn_file_actions_addclosefrom_np: { args: ['ptr', 'int'], returns: 'int' },
  posix_spawnattr_init: { args: ['ptr'], returns: 'int' },
  posix_spawnattr_setflags: { args: ['ptr', 'i16'], returns: 'int' },
  posix_spawnattr_setsigmask: { args: ['ptr', 'ptr'], returns: 'int' },
  posix_spawnattr_setsigdefault: { args: ['ptr', 'ptr'], returns: 'int' },
  waitpid: { args: ['int', 'ptr', 'int'], returns: 'int' },
  poll: { args: ['ptr', 'u64', 'int'], returns: 'int' },
  syscall: { args: ['i64', 'i64', 'i64'], returns: 'int' },
  __errno_location: { args: [], returns: 'ptr' },
} as const

const pidfdOpen = 434

/** Undefined where the C library cannot do it. */
export function openSpawner(base: BaseEnvironment): Spawner | undefined {
  const calls = process.platform === 'linux' ? findCalls(signatures) : undefined
  if (!calls || !canWatch(calls)) return undefined
  const attributes = makeAttributes(calls)
  const environment = openEnvironment(base)
  return {
    spawn: ({ command, cwd, changes }, stdout, stderr) => {
      const [words, variables] = [vectorOf(command), environment(changes)]
      const [program, directory] = [cString(command[0] ?? ''), cString(cwd)]
      const actions = new Uint8Array(actionsBytes)
      // What only pointers lead to must not be taken for garbage meanwhile.
      held.texts = [words, variables, directory]
      calls.posix_spawn_file_actions_init(actions)
      calls.posix_spawn_file_actions_addopen(actions, 0, nowhere, 0, 0)
      calls.posix_spawn_file_actions_adddup2(actions, stdout, 1)
      calls.posix_spawn_file_actions_adddup2(actions, stderr, 2)
      calls.posix_spawn_file_actions_addclosefrom_np(actions, 3)
      calls.posix_spawn_file_actions_addchdir_np(actions, directory)
      const failed = calls.posix_spawn(
        pids,
        program,
        actions,
        attributes,
        words.pointers,
        variables.pointers,
      )
      calls.posix_spawn_file_actions_destroy(actions)
      if (failed !== 0) throw new HostError(errnoName(failed), 'start')
      return pids[0]!
    },
    watch: (pid) => {
      const fd = calls.syscall(pidfdOpen, pid, 0)
      if (fd < 0) throw new HostError(errnoName(read.i32(calls.__errno_location()!, 0)), 'watch')
      return fd
    },
    reap: (pid) => {
      while (calls.waitpid(pid, status, 0) < 0) {
        // Somebody else has taken it: how it ended is not known any more.
        if (read.i32(calls.__errno_location()!, 0) !== EINTR) return { code: null, signal: null }
      }
      const signal = status[0]! & 0x7f
      return signal === 0
        ? { code: (status[0]! >> 8) & 0xff, signal: null }
        : { code: null, signal }
    },
    poll: (list, count, ms) => {
      // Interrupted: nothing is ready, and nothing must look so.
      if (calls.poll(list, count, ms) < 0)
        for (let at = 0; at < count; at++) list[at * 2 + 1] = list[at * 2 + 1]! & 0xffff
    },
  }
}

type Calls = CallsOf<typeof signatures>

const EINTR = 4
const pids = new Int32Array(1)
const status = new Int32Array(1)
// More than the opaque structures take in any C library (posix_spawnattr_t: 336 bytes).
const actionsBytes = 256
const attributesBytes = 512
const signalBytes = 128

// Kernels before 5.3 cannot, and some sandboxes forbid it: whoever has not tried does not know.
function canWatch(calls: Calls): boolean {
  const fd = calls.syscall(pidfdOpen, process.pid, 0)
  if (fd < 0) return false
  calls.syscall(process.arch === 'arm64' ? 57 : 3, fd, 0)
  return true
}

const SETSIGDEF = 0x04
const SETSIGMASK = 0x08
const SETSID = 0x80

// What is ignored here, such as SIGPIPE, must not be ignored there; nothing is blocked.
function makeAttributes(calls: Calls): Uint8Array {
  const attributes = new Uint8Array(attributesBytes)
  const ordinary = new Uint8Array(signalBytes).fill(0xff, 0, 4)
  calls.posix_spawnattr_init(attributes)
  calls.posix_spawnattr_setflags(attributes, SETSIGDEF | SETSIGMASK | SETSID)
  calls.posix_spawnattr_setsigmask(attributes, new Uint8Array(signalBytes))
  calls.posix_spawnattr_setsigdefault(attributes, ordinary)
  return attributes
}

const encoder = new TextEncoder()

const nowhere = cString('/dev/null')
const held: { texts: readonly unknown[] } = { texts: [] }

function cString(text: string): Uint8Array {
  return encoder.encode(`${text}\0`)
}

/** Pointers to texts with a null pointer behind them; valid for as long as somebody holds it. */
interface Vector {
  pointers: BigUint64Array
  texts: Uint8Array
}

// Throws EINVAL for a text that would end at a NUL byte in it.
function vectorOf(words: readonly string[]): Vector {
  if (words.some((word) => word.includes('\0'))) throw new HostError('EINVAL', 'start')
  const texts = encoder.encode(words.map((word) => `${word}\0`).join(''))
  const pointers = new BigUint64Array(words.length + 1)
  fill(pointers, 0, texts, words.length)
  return { pointers, texts }
}

function fill(pointers: BigUint64Array, from: number, texts: Uint8Array, count: number): void {
  if (count === 0) return
  const start = ptr(texts)
  for (let [index, at] = [0, 0]; index < count; index++) {
    pointers[from + index] = BigInt(start + at)
    at = texts.indexOf(0, at) + 1
  }
}

/** Makes the environment of a child: what it shares with the others is in memory already. */
function openEnvironment(base: BaseEnvironment): (changes: Program['changes']) => Vector {
  const names = Object.keys(base).filter((name) => base[name] !== undefined)
  const shared = vectorOf(names.map((name) => `${name}=${base[name]}`))
  const places = new Map(names.map((name, at) => [name, at]))
  return (changes) => {
    const left = new Set<number | undefined>()
    const own: string[] = []
    for (const name in changes) {
      left.add(places.get(name))
      if (changes[name] !== null) own.push(`${name}=${changes[name]}`)
    }
    const { pointers, texts } = vectorOf(own)
    const all = new BigUint64Array(names.length + own.length + 1)
    let count = 0
    for (let at = 0; at < names.length; at++) if (!left.has(at)) all[count++] = shared.pointers[at]!
    all.set(pointers, count)
    return { pointers: all, texts }
  }
}
