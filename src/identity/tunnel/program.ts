// Running cloudflared: in a process group of its own, its words line by line, its end within a time.

import { fail } from '#spec/errors.ts'
import type { ChildProcess } from '#host/host.ts'
import type { TunnelContext } from './context.ts'

const programName = 'cloudflared'
/** Between TERM and KILL, milliseconds. */
const graceMs = 3000
/** What is kept of its words, characters. */
const keptCharacters = 4096

export function findProgram({ host }: TunnelContext): string | undefined {
  return host.processes.find(programName, host.env['PATH'] ?? '')
}

/** Throws CLOUDFLARED_MISSING. */
export function requireProgram(context: TunnelContext): string {
  const program = findProgram(context)
  if (program !== undefined) return program
  throw fail('CLOUDFLARED_MISSING', 'Cannot open a tunnel: cloudflared is not in PATH', {
    hint: 'Install it from https://developers.cloudflare.com/cloudflare-one/',
  })
}

export interface RunningProgram {
  /** Everything it said last, both streams. */
  output(): string
  readonly exited: Promise<number | null>
  /** TERM, grace, KILL, for the whole group. */
  stop(): Promise<void>
}

export interface ProgramRequest {
  args: readonly string[]
  /** Goes into its environment, where no list of processes shows it. */
  token?: string
  onLine?(line: string): void
}

export function startProgram(request: ProgramRequest, context: TunnelContext): RunningProgram {
  const { host } = context
  const decoder = new TextDecoder()
  let output = ''
  let rest = ''
  const child = host.processes.spawn({
    command: [requireProgram(context), ...request.args],
    cwd: host.cwd,
    env: environmentOf(context, request.token),
    live: true,
    onOutput: (_, bytes) => {
      const text = decoder.decode(bytes, { stream: true })
      output = (output + text).slice(-keptCharacters)
      const lines = (rest + text).split('\n')
      rest = lines.pop()!.slice(-keptCharacters)
      for (const line of lines) request.onLine?.(line)
    },
  })
  const exited = child.exited.then(async ({ code }) => {
    await Promise.race([child.outputEnded, host.clock.sleep(graceMs)])
    child.closeOutput()
    if (rest !== '') request.onLine?.(rest)
    return code
  })
  return { output: () => output, exited, stop: () => stop(child, exited, context) }
}

async function stop(
  child: ChildProcess,
  exited: Promise<unknown>,
  { host }: TunnelContext,
): Promise<void> {
  child.signalGroup('SIGTERM')
  const patience = new AbortController()
  await Promise.race([exited, host.clock.sleep(graceMs, patience.signal)])
  patience.abort()
  child.signalGroup('SIGKILL')
  await exited
}

/** Runs it to its end. Throws WEBHOOK_ERROR when it takes too long or was stopped. */
export async function runProgram(
  request: ProgramRequest,
  timeoutMs: number,
  signal: AbortSignal,
  context: TunnelContext,
): Promise<{ code: number | null; output: string }> {
  const running = startProgram(request, context)
  const ended = new AbortController()
  const tooLate = Promise.race([
    context.host.clock.sleep(timeoutMs, ended.signal),
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    }),
  ]).then(() => 'late' as const)
  const first = await Promise.race([running.exited, tooLate])
  ended.abort()
  if (first !== 'late') return { code: first, output: running.output() }
  await running.stop()
  const what = request.args.filter((word) => !word.startsWith('--')).join(' ')
  throw fail('WEBHOOK_ERROR', `Cannot finish "cloudflared ${what}": it was stopped`)
}

/** Ours without what is not cloudflared's business, and with its token when it gets one. */
export function environmentOf({ host }: TunnelContext, token: string | undefined) {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(host.env))
    if (value !== undefined && !name.startsWith('BUN_') && name !== 'TUNNEL_TOKEN')
      env[name] = value
  return token === undefined ? env : { ...env, TUNNEL_TOKEN: token }
}
