// Who is measured: our host, the host of another executable with the same command line, and the
// `webhook` of Debian. Each gets the same button in the way it knows, and a port of its own.

import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyHome, writeButton, writeTriggers } from '../homes.ts'

export interface Side {
  name: 'ours' | 'other' | 'webhook'
  command(home: string, port: number): string[]
  /** Writes the button `hello`, and `note`, which adds a line to the file `ledger` of the home. */
  prepare(home: string): Promise<void>
  /** Answers 2xx once it is ready. */
  readyPath: string
  /** Answers with the result of `hello`. */
  pressPath: string
  /** Presses `note` some time later. */
  hookPath: string
}

export interface Server {
  side: Side
  home: string
  port: number
  pid: number
  /** From the start of the process to its first good answer, milliseconds. */
  readyMs: number
  stop(): Promise<void>
}

const hello = 'echo ok\n'

// The shell writes a line without starting anything.
const noteIn = (home: string) => `echo >> '${join(home, 'ledger')}'\n`

export function ourSide(executable: string): Side {
  // Its readers are counted; the benchmark brings more than people do.
  return buttonsSide('ours', executable, '/readyz', [
    '--log-level',
    'error',
    '--max-readers',
    '200',
  ])
}

export function otherSide(executable: string): Side {
  return buttonsSide('other', executable, '/api/health', [])
}

function buttonsSide(
  name: Side['name'],
  executable: string,
  readyPath: string,
  flags: readonly string[],
): Side {
  return {
    name,
    command: (_, port) => [executable, 'serve', '--port', String(port), '--json', ...flags],
    prepare: async (home) => {
      await writeButton(home, 'hello', hello)
      await writeButton(home, 'note', noteIn(home))
      await writeTriggers(home, 'note', [{ id: 'aabbccdd', kind: 'webhook', path: '/note' }])
    },
    readyPath,
    pressPath: '/api/buttons/hello/press',
    hookPath: '/note',
  }
}

export function webhookSide(executable: string): Side {
  return {
    name: 'webhook',
    command: (home, port) => {
      const hooks = join(home, 'hooks.json')
      return [executable, '-ip', '127.0.0.1', '-port', String(port), '-hooks', hooks]
    },
    prepare: async (home) => {
      const [helloPath, notePath] = [join(home, 'hello.sh'), join(home, 'note.sh')]
      await writeScript(helloPath, hello)
      await writeScript(notePath, noteIn(home))
      const hooks = [
        {
          id: 'hello',
          'execute-command': helloPath,
          'include-command-output-in-response': true,
        },
        { id: 'note', 'execute-command': notePath },
      ]
      await writeFile(join(home, 'hooks.json'), JSON.stringify(hooks))
    },
    readyPath: '/',
    pressPath: '/hooks/hello',
    hookPath: '/hooks/note',
  }
}

async function writeScript(path: string, code: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${code}`)
  await chmod(path, 0o700)
}

/** Starts one with an empty home, and waits until it answers. */
export async function startServer(side: Side): Promise<Server> {
  const home = await emptyHome()
  await side.prepare(home)
  return startIn(home, side)
}

export async function startIn(home: string, side: Side): Promise<Server> {
  const port = freePort()
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, BUTTONS_HOME: home, CI: '1' }
  const started = performance.now()
  const child = Bun.spawn(side.command(home, port), {
    env,
    cwd: home,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  await waitUntilReady(side, port, child)
  return {
    side,
    home,
    port,
    pid: child.pid,
    readyMs: performance.now() - started,
    stop: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => {} } })
  const { port } = probe
  probe.stop(true)
  return port
}

async function waitUntilReady(
  { name, readyPath }: Side,
  port: number,
  child: Bun.Subprocess,
): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${readyPath}`, { keepalive: false })
      await answer.bytes()
      if (answer.ok) return
    } catch {
      // It does not listen yet.
    }
    await Bun.sleep(1)
  }
  throw new Error(`${name} ended before it was ready`)
}
