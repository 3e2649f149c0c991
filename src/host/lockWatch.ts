// Waiting for a lock that another process holds, in the kernel: no polling, and woken as well when
// that process is killed. The lock is asked for shared, so that a thousand waiters wake at once.

import type { LockWatch } from './host.ts'
import { appendAll } from './locks.ts'
import type { Posix } from './posix/posix.ts'
import { openWorker } from './worker.ts'

/** Takes over `fd`. */
export function watchLock(posix: Posix, fd: number): LockWatch {
  const decoder = new TextDecoder()
  let text = ''
  let waiting = false
  return {
    isHeld: () => {
      if (!posix.lock(fd, false, 'shared')) return true
      posix.unlock(fd)
      return false
    },
    whileFree: (act) => {
      if (!posix.lock(fd, false, 'shared')) return false
      try {
        act()
      } finally {
        posix.unlock(fd)
      }
      return true
    },
    waitHere: () => {
      posix.lock(fd, true, 'shared')
      posix.unlock(fd)
    },
    wait: async (signal) => {
      waiting = true
      if (await waitInThread(fd, signal)) waiting = false
    },
    text: () => {
      const buffer = new Uint8Array(16_384)
      // The file only ever grows, so what was read stays true.
      for (let count = posix.read(fd, buffer); count > 0; count = posix.read(fd, buffer))
        text += decoder.decode(buffer.subarray(0, count), { stream: true })
      return text
    },
    append: (more) => appendAll(posix, fd, more),
    // A thread that still sleeps on the descriptor keeps it, or it would wake on somebody else's.
    close: () => {
      if (!waiting) posix.close(fd)
    },
  }
}

/** Whether the lock became free; false when the signal came first. */
function waitInThread(fd: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    const worker = openWorker('lockWorker')
    const end = (free: boolean) => {
      signal.removeEventListener('abort', onAbort)
      worker.terminate()
      resolve(free)
    }
    const onAbort = () => end(false)
    signal.addEventListener('abort', onAbort)
    worker.onmessage = () => end(true)
    worker.onerror = (event) => reject(new Error(`Cannot wait for a lock: ${event.message}`))
    worker.postMessage(fd)
  })
}
