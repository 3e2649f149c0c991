// Queues on disk (buttons.md 10): each slot is a file whose kernel lock is the slot itself, so a
// holder that dies gives it back. Paths and lock type are shared with older programs; the line of
// waiters beside them is ours.

import type { Host, Lock } from '#host/host.ts'
import type { Slot, SlotStore } from '../store.ts'
import { guard } from '#core/text/storage.ts'

export function openSlots(host: Host, dataDirectory: string): SlotStore {
  const directoryOf = (queue: string) => `${dataDirectory}/queues/${queue}`
  const guarded = <T>(queue: string, act: (directory: string) => T): T =>
    guard(`Cannot use queue "${queue}"`, () => act(directoryOf(queue)))
  return {
    tryTake: async (queue, concurrency) =>
      guarded(queue, (directory) => tryTake(host, directory, concurrency)),
    hasLine: async (queue) =>
      guarded(queue, (directory) => ticketNumbers(host, lineOf(directory)).length > 0),
    join: async (queue) => {
      const line = lineOf(directoryOf(queue))
      const { number, lock } = guarded(queue, () => join(host, line))
      return {
        ahead: async () => guarded(queue, () => countAhead(host, line, number)),
        leave: () => leave(host, ticketPath(line, number), lock),
      }
    },
    exceeds: async (queue, concurrency) =>
      guarded(
        queue,
        (directory) => host.files.stat(slotPath(directory, concurrency)) !== undefined,
      ),
  }
}

function slotPath(directory: string, number: number): string {
  return `${directory}/slot-${number}.lock`
}

function tryTake(host: Host, directory: string, concurrency: number): Slot | undefined {
  for (let number = 0; number < concurrency; number++) {
    const slot = tryLockIn(host, directory, slotPath(directory, number))
    if (slot) return slot
  }
  return undefined
}

// The directory is made when the first lock in it finds it missing.
function tryLockIn(host: Host, directory: string, path: string): Lock | undefined {
  try {
    return host.locks.tryLock(path)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
    host.files.makeDirectory(directory, 0o700)
    return host.locks.tryLock(path)
  }
}

function lineOf(directory: string): string {
  return `${directory}/waiting`
}

function ticketPath(line: string, number: number): string {
  return `${line}/${number}.ticket`
}

/** The numbers of all tickets, in no order. */
function ticketNumbers(host: Host, line: string): number[] {
  return host.files.list(line).flatMap(({ name }) => {
    const number = /^(\d{1,15})\.ticket$/.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

interface NumberedLock {
  number: number
  lock: Lock
}

// One joins at a time, so that numbers are given once and a ticket is locked before anybody else
// can look at it.
function join(host: Host, line: string): NumberedLock {
  host.files.makeDirectory(line, 0o700)
  const door = host.locks.lock(`${line}/door.lock`)
  try {
    const number = Math.max(0, ...ticketNumbers(host, line)) + 1
    const lock = host.locks.tryLock(ticketPath(line, number))
    if (!lock) throw new Error('its newest ticket is taken')
    return { number, lock }
  } finally {
    door.release()
  }
}

// Removed first: whoever finds it unlocked takes it for that of a dead waiter, and tidies it away.
function leave(host: Host, path: string, lock: Lock): void {
  try {
    host.files.remove(path)
  } catch {
    // Unlocked, it is in nobody's way.
  } finally {
    lock.release()
  }
}

// Only the nearest neighbour is looked at closely: dead tickets further ahead are found by theirs.
// Numbers below a living ticket are never given again, so removing a dead one cannot hit another.
function countAhead(host: Host, line: string, mine: number): number {
  const earlier = ticketNumbers(host, line)
    .filter((number) => number < mine)
    .sort((a, b) => a - b)
  while (earlier.length > 0 && removeIfDead(host, ticketPath(line, earlier.at(-1)!))) earlier.pop()
  return earlier.length
}

function removeIfDead(host: Host, path: string): boolean {
  if (!host.files.stat(path)) return true
  const lock = host.locks.tryLock(path)
  if (!lock) return false
  host.files.remove(path)
  lock.release()
  return true
}
