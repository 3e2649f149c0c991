// Why a process could not be started, in words.

import type { HostError } from '#host/host.ts'

const reasons: Readonly<Record<string, string>> = {
  E2BIG: 'its arguments and environment are too large together',
  EACCES: 'permission denied',
  EAGAIN: 'too many processes are running',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'it is not a program of this machine',
  ENOMEM: 'there is not enough memory',
  ENOTDIR: 'not a directory',
}

/** `E2BIG: its arguments …`; what concerns more than the program itself is named. */
export function spawnReason(error: HostError, cwd: string): string {
  const reason = reasons[error.code]
  if (reason === undefined) return error.message
  return `${error.code}: ${error.path === cwd ? `working directory "${cwd}": ` : ''}${reason}`
}
