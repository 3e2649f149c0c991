// A command of an app, run by the shell in the app's folder with the environment of a press.

import { splitLines } from '#core/text/lines.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { ChildProcess, Clock } from '#host/host.ts'
import type { HostedContext } from './hosted.ts'

export interface Shell {
  child: ChildProcess
  /** What it printed last, for messages. */
  lastLines(): string
}

const keptLines = 20

export function startShell(
  name: string,
  command: string,
  directory: string,
  variables: Record<string, string>,
  { host, onLine }: HostedContext,
): Shell {
  const path = host.env['PATH'] ?? ''
  const program = host.processes.find('sh', path)
  if (!program) throw fail('RUNTIME_MISSING', `Cannot serve "${name}": sh not found in PATH`)
  const last: string[] = []
  const lines = splitLines((_, line) => {
    last.push(line)
    if (last.length > keptLines) last.shift()
    onLine(name, line)
  })
  const child = host.processes.spawn({
    command: [program, '-c', command],
    cwd: directory,
    env: { ...inherited(host.env), ...variables },
    live: true,
    onOutput: lines.add,
  })
  return { child, lastLines: () => last.join('\n').trim() }
}

/** Waits a little for what a command that has ended printed last, and reads no more. */
export async function endOutput(child: ChildProcess, clock: Clock): Promise<void> {
  await Promise.race([child.outputEnded, clock.sleep(limits.killedDrainMs)])
  child.closeOutput()
}

function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('BUN_'),
  )
  return Object.fromEntries(given)
}
