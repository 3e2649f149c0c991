// The few system calls the hot path needs, behind one interface with two implementations:
// libc.ts through the foreign function interface, which starts in a fraction of a millisecond,
// and node.ts, which needs node:fs loaded.

import type { DirectoryEntry, FileStat } from '../host.ts'

export interface Posix {
  /** Opens close-on-exec. Throws HostError, as everything here does. */
  open(path: string, how: OpenMode, mode: number): number
  close(fd: number): void
  /** Bytes read, 0 at the end. */
  read(fd: number, buffer: Uint8Array): number
  /** As `read`, of a pipe; undefined when nothing has come yet. Never waits. */
  readReady(fd: number, buffer: Uint8Array): number | undefined
  /** Whether a write of up to 4096 bytes would not wait. */
  canWrite(fd: number): boolean
  /** Bytes written; EAGAIN when the other side is slow. */
  write(fd: number, bytes: Uint8Array): number
  sync(fd: number): void
  rename(from: string, to: string): void
  link(from: string, to: string): void
  unlink(path: string): void
  makeDirectory(path: string, mode: number): void
  stat(path: string, followLinks: boolean): FileStat | undefined
  list(path: string): DirectoryEntry[]
  isTerminal(fd: number): boolean
  /** A real pipe, both ends close-on-exec: Bun's own are sockets, which scripts cannot reopen. */
  pipe(): { readEnd: number; writeEnd: number }
  /**
   * flock(2): false when somebody else holds it and `wait` is not set. A shared lock is held by
   * many at once, but not beside an exclusive one.
   */
  lock(fd: number, wait: boolean, share?: 'shared'): boolean
  unlock(fd: number): void
  /** Ends the process at once, skipping everything that would run at exit. */
  exit(status: number): never
}

/**
 * `read`: existing; `create`: must not exist, written at its end; `append`: created when absent;
 * `directory`: existing; `lock`: created when absent; `extend`: existing, written at its end;
 * `rewrite`: existing and no link, written from its beginning.
 */
export type OpenMode = 'read' | 'create' | 'append' | 'directory' | 'lock' | 'extend' | 'rewrite'
