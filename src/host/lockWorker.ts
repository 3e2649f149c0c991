// A thread that sleeps until the lock of a descriptor is free. A system call that sleeps would stop
// everything else in the thread that makes it; this one has nothing else to do.

import { openPosix } from './posix/open.ts'

declare const self: Worker

self.onmessage = ({ data: fd }: MessageEvent<number>) => {
  const posix = openPosix()
  posix.lock(fd, true, 'shared')
  posix.unlock(fd)
  self.postMessage('free')
}
