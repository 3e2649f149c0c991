// The whole program as processes of its own, for what only several of them can show: locks, kills,
// signals. The executable under test when there is one, else the source.

import { join } from 'node:path'
import { executable } from './buttons.ts'
import type { Home } from './home.ts'

/** The words that start the program. */
export const program: readonly string[] = executable
  ? [executable]
  : [process.execPath, join(import.meta.dir, '../../src/main.ts')]

export interface Running {
  pid: number
  kill(signal?: NodeJS.Signals): void
  /** Its envelope and exit status, once it has ended; `null` when a signal ended it. */
  finished: Promise<{ exit: number | null; stdout: string; stderr: string }>
}

/** Starts one command line, split at blanks, in a home. */
export function start(home: Home, line: string): Running {
  const child = Bun.spawn([...program, ...line.split(' ')], {
    cwd: home.cwd,
    env: home.env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const output = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return {
    pid: child.pid,
    kill: (signal = 'SIGKILL') => child.kill(signal),
    finished: output.then(([stdout, stderr]) => ({ exit: child.exitCode, stdout, stderr })),
  }
}

/** Waits until something is there; looks again every few milliseconds. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look()
    if (found) return found
    await Bun.sleep(5)
  }
}
