// Fetches a git repository, its newest state only, with the git of this machine.

import { truncate } from '#core/text/truncate.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'

/** Whether a source of `create --app` is for git: a URL, an ssh address or a name ending in .git. */
export function isGitSource(source: string): boolean {
  return /^(https?:\/\/|git@)/.test(source) || source.endsWith('.git')
}

/** Clones into a directory that git makes. Throws CLONE_FAILED; the message ends with git's words. */
export async function cloneRepository(
  host: Host,
  url: string,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const refuse = (why: string) => fail('CLONE_FAILED', `Cannot clone "${hideUser(url)}": ${why}`)
  const git = host.processes.find('git', host.env['PATH'] ?? '')
  if (!git) throw refuse('git is not installed')
  // The `--` keeps a URL from being read as an option (D9).
  const command = [git, 'clone', '--quiet', '--depth', '1', '--', url, directory]
  const { code, stderr } = await runQuietly(host, command, signal)
  if (signal?.aborted) throw fail('CANCELLED', `Stopped cloning "${hideUser(url)}"`)
  if (code !== 0)
    throw refuse(stderr.trim().replaceAll(url, hideUser(url)) || `git ended with ${code}`)
}

/** A password in a URL is not repeated. */
function hideUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, '$1')
}

const stderrBytes = 2000

async function runQuietly(host: Host, command: readonly string[], signal?: AbortSignal) {
  const decoder = new TextDecoder()
  let stderr = ''
  const child = host.processes.spawn({
    command,
    cwd: host.cwd,
    env: gitEnvironment(host),
    onOutput: (stream, bytes) => {
      if (stream === 'stderr') stderr += decoder.decode(bytes, { stream: true })
    },
  })
  const stop = () => child.signalGroup('SIGTERM')
  signal?.addEventListener('abort', stop)
  try {
    if (signal?.aborted) stop()
    const { code } = await child.exited
    await child.outputEnded
    return { code, stderr: truncate(stderr, stderrBytes, ' …') }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Git must not wait for a password that nobody can type, nor inherit our runtime's switches. */
function gitEnvironment(host: Host): Record<string, string> {
  const entries = Object.entries(host.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('BUN_'),
  )
  return { ...Object.fromEntries(entries), GIT_TERMINAL_PROMPT: '0' }
}
