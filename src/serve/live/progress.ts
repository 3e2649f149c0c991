// The progress file of a run, line by line into its events, for as long as somebody reads them.

import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { LiveRun } from './run.ts'

const partBytes = 65_536

interface Following {
  readers: number
  look(): void
  stop(): void
}

const followed = new WeakMap<LiveRun, Following>()

/** Follows the file for one more reader; the returned function ends that. */
export function followProgress(run: LiveRun, host: Pick<Host, 'clock' | 'files'>): () => void {
  const known = followed.get(run) ?? startFollowing(run, host)
  known.readers++
  followed.set(run, known)
  return () => {
    if (--known.readers === 0) known.stop()
  }
}

/** Takes over what was written last, before the end of the run is told. */
export function finishProgress(run: LiveRun): void {
  followed.get(run)?.look()
}

function startFollowing(run: LiveRun, { clock, files }: Pick<Host, 'clock' | 'files'>): Following {
  const decoder = new TextDecoder()
  let offset = 0
  let rest = ''
  let prevent: (() => void) | undefined
  const read = (path: string) => {
    try {
      return files.findPart(path, offset, partBytes)
    } catch {
      // Somebody is reading along; that is no reason to disturb the run.
      return undefined
    }
  }
  const look = () => {
    const path = run.progressPath
    if (path === undefined) return
    for (;;) {
      const part = read(path)
      if (!part || part.length === 0) return
      offset += part.length
      const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
      rest = lines.pop()!.slice(0, limits.streamLineCharacters)
      for (const line of lines) tell(run, line)
    }
  }
  const again = () => {
    look()
    if (run.state !== 'ended') prevent = clock.after(limits.followPauseMs, again)
  }
  prevent = clock.after(0, again)
  return {
    readers: 0,
    look,
    stop: () => {
      prevent?.()
      followed.delete(run)
    },
  }
}

function tell(run: LiveRun, line: string): void {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) run.event('progress', value)
  } catch {
    // Scripts write what they like; what is no JSON is no progress.
  }
}
