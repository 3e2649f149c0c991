// The tiny programs of test/fixtures, and whether what they started still runs.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export function fixture(name: string): string {
  return readFileSync(join(import.meta.dir, '..', 'fixtures', name), 'utf8')
}

/** Waits for a file that a program writes, and gives its text. */
export async function fileWritten(path: string): Promise<string> {
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await Bun.sleep(2)
  return readFileSync(path, 'utf8')
}

/** Whether a process is there; one that nobody has reaped yet counts as gone. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Resolves once a process is gone. */
export async function gone(pid: number): Promise<void> {
  while (runs(pid)) await Bun.sleep(2)
}
