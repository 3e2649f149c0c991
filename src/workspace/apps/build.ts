// Building an app: its command, in its folder, once before it is served.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { AppContext } from './hosted.ts'
import { endOutput, startShell } from './shell.ts'

/** Throws SCRIPT_ERROR with the last lines it printed, and TIMEOUT. */
export async function buildApp(
  name: string,
  command: string,
  directory: string,
  context: AppContext,
): Promise<void> {
  const shell = startShell(name, command, directory, {}, context)
  let late = false
  const kill = () => shell.child.signalGroup('SIGKILL')
  context.closed.addEventListener('abort', kill)
  const prevent = context.host.clock.after(limits.appBuildMs, () => {
    late = true
    kill()
  })
  const { code } = await shell.child.exited
  prevent()
  context.closed.removeEventListener('abort', kill)
  await endOutput(shell.child, context.host.clock)
  if (late)
    throw fail(
      'TIMEOUT',
      `Cannot build "${name}": it took longer than ${limits.appBuildMs / 1000} s`,
    )
  if (code !== 0)
    throw fail(
      'SCRIPT_ERROR',
      `Cannot build "${name}": ${shell.lastLines() || `exit status ${code}`}`,
    )
}
