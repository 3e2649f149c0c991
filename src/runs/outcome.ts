// What whoever waited for a run is told: its record, with what was too long for it.

import { outcomeOfStored } from '#core/run/outcome.ts'
import type { StoredRun } from '#core/run/stored.ts'
import { limits } from '#spec/limits.ts'
import type { RunOutcome } from '#spec/runs.ts'
import type { Rooms } from './rooms.ts'

export async function readOutcome(
  stored: StoredRun,
  { host, store }: Pick<Rooms, 'host' | 'store'>,
): Promise<RunOutcome> {
  if (stored.kind === 'drawer') return outcomeOfStored(stored, {})
  const { stdout, stderr, progress } = await store.runs.findBeside(stored.file)
  const { stdout_file, stderr_file } = stored.run
  const read = (path: string | undefined) => {
    const bytes = path && host.files.find(path, limits.spilledBytes * 2)
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  }
  const whole = { stdout: stdout_file && read(stdout), stderr: stderr_file && read(stderr) }
  return outcomeOfStored(stored, {
    ...(whole.stdout !== undefined && { stdout: whole.stdout }),
    ...(whole.stderr !== undefined && { stderr: whole.stderr }),
    ...(progress !== undefined && { progressPath: progress }),
  })
}
