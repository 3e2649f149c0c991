// Files of runs that are over, kept locked by a host for the runs that come next: registering a run
// is then a line and a new name. Only a file that nobody else has open is kept, so that whoever
// waits for its lock, or is about to write into it, has the run that he means.

import type { HeldFile, Host } from '#host/host.ts'

export interface HeldSpares {
  /** A file for a new run, with its first line, at a path that must be free; undefined: make one. */
  take(path: string, line: string): HeldFile | 'taken' | undefined
  /**
   * Takes the file of a run that is over away from its path; false when it still lies there. Whoever
   * looks at it is told of the record, and the file is removed.
   */
  keep(path: string, used: UsedFile): boolean
  /** Removes what nobody has used since the last time; whether some are left. */
  dropUnused(): boolean
  close(): void
}

export interface UsedFile {
  file: HeldFile
  /** Written for the run that is over, beside its first line. */
  bytes: number
  record: string | undefined
}

interface Spare {
  path: string
  file: HeldFile
}

/** More than this would wait for nobody. */
const mostSpares = 64
/** Whoever looks at a run reads all of its file. */
const mostBytes = 16_384
/** About what the first line of a run takes. */
const lineBytes = 200

/** `onKeep`: something is there to be dropped when nobody uses it. */
export function openHeldSpares(host: Host, folder: string, onKeep: () => void): HeldSpares {
  const spares: Spare[] = []
  const sizes = new WeakMap<HeldFile, number>()
  let made = 0
  let closed = false
  let unused = 0
  removeLeftovers(host, folder)
  return {
    take: (path, line) => {
      const spare = spares.pop()
      if (!spare) return undefined
      unused = Math.min(unused, spares.length)
      try {
        spare.file.append(line)
        if (host.files.renameNew(spare.path, path)) return spare.file
        spares.push(spare)
        return 'taken'
      } catch {
        discard(host, spare)
        return undefined
      }
    },
    keep: (path, { file, bytes, record }) => {
      const size = (sizes.get(file) ?? 0) + bytes + lineBytes
      if (closed || spares.length >= mostSpares || size > mostBytes) return false
      const spare = { path: `${folder}/.spare-${process.pid}-${made++}`, file }
      try {
        host.files.rename(path, spare.path)
      } catch {
        return false
      }
      sizes.set(file, size)
      // Asked for when it has no name any more by which somebody could still come to it.
      if (file.isAlone()) {
        spares.push(spare)
        onKeep()
        return true
      }
      if (record !== undefined) appendQuietly(file, `${JSON.stringify({ record })}\n`)
      discard(host, spare)
      return true
    },
    dropUnused: () => {
      for (const spare of spares.splice(0, unused)) discard(host, spare)
      unused = spares.length
      return unused > 0
    },
    close: () => {
      closed = true
      for (const spare of spares.splice(0)) discard(host, spare)
    },
  }
}

function appendQuietly(file: HeldFile, line: string): void {
  try {
    file.append(line)
  } catch {
    // A full disk: who waits has to search for the record.
  }
}

function discard(host: Host, { path, file }: Spare): void {
  try {
    host.files.remove(path)
  } catch {
    // Its name is none of a run: the next host removes it.
  } finally {
    file.release()
  }
}

// Of hosts that were killed: those of living ones are locked.
function removeLeftovers(host: Host, folder: string): void {
  try {
    for (const { name } of host.files.list(folder)) {
      if (!name.startsWith('.spare-')) continue
      const file = host.locks.adopt(`${folder}/${name}`)
      if (file === undefined || file === 'held') continue
      host.files.remove(`${folder}/${name}`)
      file.release()
    }
  } catch {
    // They are in nobody's way.
  }
}
