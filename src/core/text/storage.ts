// What the machine says about files, in words: one place for "permission denied" and its like.

import { fail } from '#spec/errors.ts'

/** Runs an act on files and turns what the machine says into STORAGE_ERROR. */
export function guard<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw storageError(what, error)
  }
}

export function storageError(what: string, error: unknown) {
  return fail('STORAGE_ERROR', `${what}: ${storageReason(error)}`, { cause: error })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the path is too long',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'the links lead in a circle',
  EFBIG: 'it is too large',
  EMFILE: 'too many files are open',
  EAGAIN: 'nothing has been written to it yet',
}

/** Why an act on files failed, without its path. */
export function storageReason(error: unknown): string {
  const code = (error as { code?: unknown }).code
  return (typeof code === 'string' && reasons[code]) || (error as Error).message
}
