// Children that the starting thread waits for by itself, all of them with one call: a runtime's event
// loop does more for each child than starting it takes.

import { constants } from 'node:os'
import type { Posix } from '../posix/posix.ts'
import type { News, StartOrder } from './messages.ts'
import type { Ended, Spawner } from './spawn.ts'

export interface Crew {
  /** Throws HostError when it cannot be started. */
  start(id: number, order: StartOrder): void
  /** Stops listening to a child. */
  close(id: number): void
}

interface Member {
  readonly id: number
  readonly pid: number
  /** Can be read when it has ended; -1 afterwards. */
  watch: number
  /** Our ends of its pipes; -1 once they are at their end. */
  stdout: number
  stderr: number
  /** Until then nobody looks whether it has printed something: most are over by then. */
  readonly patientUntilMs: number
}

type Stream = 'stdout' | 'stderr'

const patienceMs = 10
const POLLIN = 1
const buffer = new Uint8Array(65_536)
// More than a pipe holds: somebody still writes, and the others must have their turn.
const mostReads = 32

/** `wake` can be read when there are orders: while it waits, the thread hears of nothing else. */
export function openCrew(
  posix: Posix,
  spawner: Spawner,
  wake: number,
  tell: (news: News) => void,
  send: () => void,
): Crew {
  const members = new Map<number, Member>()
  let planned = false
  const plan = () => {
    if (planned) return
    planned = true
    setImmediate(turn)
  }
  const turn = () => {
    planned = false
    send()
    if (members.size === 0) return
    const { list, waits, ms } = questions(wake, members.values())
    spawner.poll(list, waits.length + 1, ms)
    if (isReady(list, 0)) posix.read(wake, buffer)
    waits.forEach(({ member, what }, at) => {
      // Whoever has ended was read to the end before it is its pipes' turn.
      if (isReady(list, at + 1) && member[what] >= 0) act(member, what)
    })
    send()
    plan()
  }
  const act = (member: Member, what: 'watch' | Stream) => {
    if (what === 'watch') {
      takeRest(member, 'stdout')
      takeRest(member, 'stderr')
      const exit = toExit(spawner.reap(member.pid))
      posix.close(member.watch)
      member.watch = -1
      tell({ kind: 'exited', id: member.id, exit })
    } else takePart(member, what, posix.read(member[what], buffer))
    settle(member)
  }
  const takeRest = (member: Member, stream: Stream) => {
    for (let reads = 0; reads < mostReads && member[stream] >= 0; reads++) {
      const count = posix.readReady(member[stream], buffer)
      if (count === undefined) return
      takePart(member, stream, count)
    }
  }
  const takePart = (member: Member, stream: Stream, count: number) => {
    if (count === 0) return shut(member, stream)
    tell({ kind: 'output', id: member.id, stream, bytes: buffer.slice(0, count) })
  }
  const shut = (member: Member, stream: Stream) => {
    if (member[stream] < 0) return
    posix.close(member[stream])
    member[stream] = -1
    if (member.stdout < 0 && member.stderr < 0) tell({ kind: 'ended', id: member.id })
  }
  const settle = ({ id, watch, stdout, stderr }: Member) => {
    if (watch < 0 && stdout < 0 && stderr < 0) members.delete(id)
  }
  return {
    start: (id, order) => {
      const member = startMember(posix, spawner, id, order)
      members.set(id, member)
      tell({ kind: 'started', id, pid: member.pid })
      plan()
    },
    close: (id) => {
      const member = members.get(id)
      if (!member) return
      shut(member, 'stdout')
      shut(member, 'stderr')
      settle(member)
    },
  }
}

function startMember(posix: Posix, spawner: Spawner, id: number, order: StartOrder): Member {
  const out = posix.pipe()
  const open = [out.readEnd]
  const ours = [out.writeEnd]
  try {
    const err = posix.pipe()
    open.push(err.readEnd)
    ours.push(err.writeEnd)
    const pid = spawner.spawn(order, out.writeEnd, err.writeEnd)
    const watch = watchOrEnd(spawner, pid)
    const patientUntilMs = performance.now() + (order.live ? 0 : patienceMs)
    return { id, pid, watch, stdout: out.readEnd, stderr: err.readEnd, patientUntilMs }
  } catch (error) {
    for (const fd of open) posix.close(fd)
    throw error
  } finally {
    for (const fd of ours) posix.close(fd)
  }
}

// Too many files are open: nobody would hear of its end.
function watchOrEnd(spawner: Spawner, pid: number): number {
  try {
    return spawner.watch(pid)
  } catch (error) {
    process.kill(-pid, 'SIGKILL')
    spawner.reap(pid)
    throw error
  }
}

interface Wait {
  member: Member
  what: 'watch' | Stream
}

/** At most so long: a thread that is to go must come to know of it. */
const longestMs = 500

/** What poll(2) is asked: struct pollfd is a descriptor, and two shorts for question and answer. */
function questions(wake: number, members: Iterable<Member>) {
  const waits: Wait[] = []
  const nowMs = performance.now()
  let ms = longestMs
  for (const member of members) {
    const { watch, stdout, stderr, patientUntilMs } = member
    if (watch >= 0) waits.push({ member, what: 'watch' })
    const leftMs = watch < 0 ? 0 : Math.ceil(patientUntilMs - nowMs)
    if (leftMs > 0) ms = Math.min(ms, leftMs)
    else {
      if (stdout >= 0) waits.push({ member, what: 'stdout' })
      if (stderr >= 0) waits.push({ member, what: 'stderr' })
    }
  }
  const list = new Int32Array(2 * waits.length + 2)
  list.set([wake, POLLIN])
  waits.forEach(({ member, what }, at) => list.set([member[what], POLLIN], 2 * at + 2))
  return { list, waits, ms }
}

function isReady(list: Int32Array, at: number): boolean {
  return list[2 * at + 1]! >>> 16 !== 0
}

function toExit({ code, signal }: Ended): { code: number | null; signal: string | null } {
  const found = Object.entries(constants.signals).find(([, number]) => number === signal)
  return { code, signal: signal === null ? null : (found?.[0] ?? String(signal)) }
}
