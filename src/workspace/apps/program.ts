// The program of a dynamic app: started on a port of loopback, waited for until it listens, ended
// with everything it started.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { ServeDef } from '#spec/button.ts'
import type { Host } from '#host/host.ts'
import type { AppContext } from './hosted.ts'
import { endOutput, type Shell, startShell } from './shell.ts'

export interface Program {
  readonly port: number
  readonly running: boolean
  stop(): Promise<void>
}

/** Resolves once it accepts connections. Throws SCRIPT_ERROR when it ends before, TIMEOUT. */
export async function startProgram(
  name: string,
  { run, port: wanted }: ServeDef,
  directory: string,
  context: AppContext,
): Promise<Program> {
  const { host } = context
  const port = wanted || (await host.servers.findFreePort())
  const shell = startShell(name, run!, directory, { PORT: String(port) }, context)
  const program = watch(shell, port, host)
  try {
    await waitUntilReady(name, program, shell, context)
    return program
  } catch (error) {
    await program.stop()
    throw error
  }
}

function watch({ child }: Shell, port: number, { clock }: Host): Program {
  let running = true
  const ended = child.exited.then(async () => {
    running = false
    // Whoever it left behind holds the port, and perhaps the pipes.
    child.signalGroup('SIGKILL')
    await endOutput(child, clock)
  })
  return {
    port,
    get running() {
      return running
    },
    stop: async () => {
      if (running) child.signalGroup('SIGTERM')
      const prevent = clock.after(limits.killGraceMs, () => child.signalGroup('SIGKILL'))
      await ended
      prevent()
    },
  }
}

const pauseMs = 20

async function waitUntilReady(
  name: string,
  program: Program,
  shell: Shell,
  { host, closed }: AppContext,
): Promise<void> {
  const deadline = host.clock.monotonic() + limits.appStartMs
  while (!(await accepts(program.port, host))) {
    if (!program.running) {
      // Its last words are still on their way.
      await program.stop()
      const why = shell.lastLines() || 'it ended at once'
      throw fail('SCRIPT_ERROR', `Cannot start "${name}": ${why}`)
    }
    if (closed.aborted) throw fail('CANCELLED', `Cancelled starting "${name}"`)
    if (host.clock.monotonic() > deadline)
      throw fail('TIMEOUT', `Cannot start "${name}": nothing listens on port ${program.port}`, {
        hint: 'The port to listen on is in the variable PORT',
      })
    await host.clock.sleep(pauseMs)
  }
}

async function accepts(port: number, { network }: Host): Promise<boolean> {
  try {
    const answer = await network.request({
      secure: false,
      addresses: ['127.0.0.1'],
      port,
      method: 'GET',
      path: '/',
      headers: [['Host', `127.0.0.1:${port}`]],
      decompress: false,
      signal: AbortSignal.timeout(limits.connectAttemptMs),
    })
    answer.close()
    return true
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ECONNREFUSED'
  }
}
