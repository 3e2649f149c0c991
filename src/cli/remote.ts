// `--remote URL`: the same command on another host. What it prints and how it ends stays the same.

import type { App } from '../app.ts'
import { usageError } from './flags.ts'
import type { Output } from './printer.ts'

export const remoteArgs = {
  remote: { type: 'string', valueHint: 'url', description: 'Do it on the host at this address' },
  'api-key': { type: 'string', valueHint: 'key', description: 'Key of that host' },
} as const

export interface RemoteWords {
  remote?: string | undefined
  'api-key'?: string | undefined
}

export type RemoteHost = Awaited<ReturnType<App['remote']>>

/** The host that was named, or undefined when the command is for this machine. */
export async function findRemote(
  { remote, 'api-key': apiKey }: RemoteWords,
  app: App,
): Promise<RemoteHost | undefined> {
  if (remote !== undefined) return app.remote(remote, apiKey)
  if (apiKey !== undefined) throw usageError('--api-key belongs to --remote')
  return undefined
}

/** Throws VALIDATION_ERROR for flags that mean nothing on another host. */
export function refuseRemotely(flags: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(flags).find(
    (flag) => flags[flag] !== undefined && flags[flag] !== false,
  )
  if (given !== undefined) throw usageError(`--${given} and --remote exclude each other`)
}

type Desk = Awaited<ReturnType<App['runs']>>

/** The runs of the host that was named, or of this machine. */
export async function openDesk(
  words: RemoteWords,
  app: App,
  out: Output,
): Promise<Pick<Desk, 'list' | 'show' | 'wait' | 'cancel' | 'output'>> {
  return (await findRemote(words, app))?.runs ?? app.runs({ warn: out.warn })
}
