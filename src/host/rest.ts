// Giving memory back when there is nothing to do: what is dead in the heap, and the pages of our own
// program that only starting or a burst of work has touched.

import { readFileSync } from 'node:fs'
import { findCalls } from './posix/library.ts'

/** Takes some milliseconds, in which nothing else happens. */
export function rest(): void {
  Bun.gc(true)
  Bun.shrink()
  if (process.platform === 'linux') leaveProgram()
}

const MADV_DONTNEED = 4

// Code is never written to, so its pages can go: those that are needed come back from the page cache.
function leaveProgram(): void {
  try {
    const calls = findCalls(signatures)
    if (!calls) return
    for (const [, from = '0', to = '0'] of readFileSync('/proc/self/maps', 'utf8').matchAll(code)) {
      const [first, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)]
      calls.madvise(first, end - first, MADV_DONTNEED)
    }
  } catch {
    // A system that does not show its maps: they stay.
  }
}

const code = /^([\da-f]+)-([\da-f]+) r-xp \S+ \S+ [1-9]\d* +\/.*$/gm

const signatures = { madvise: { args: ['usize', 'usize', 'int'], returns: 'int' } } as const
