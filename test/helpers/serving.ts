// `buttons serve` as a process of its own, for what only several processes can show.

import { afterAll } from 'bun:test'
import type { Home } from './home.ts'
import { program } from './program.ts'

export interface Served {
  /** `http://127.0.0.1:PORT` */
  url: string
  pid: number
  kill(signal?: NodeJS.Signals): void
  exited: Promise<number>
}

const children: Bun.Subprocess[] = []
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map((child) => child.exited))
})

/** Resolves when it has said that it listens, on a free port. */
export async function serve(home: Home, ...words: string[]): Promise<Served> {
  const child = Bun.spawn([...program, 'serve', '--port', '0', '--drain', '0s', ...words], {
    cwd: home.cwd,
    env: home.env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  children.push(child)
  const printed = await readDocument(child.stdout)
  const { addr } = (JSON.parse(printed) as { data: { addr: string } }).data
  return {
    url: `http://${addr}`,
    pid: child.pid,
    kill: (signal = 'SIGKILL') => child.kill(signal),
    exited: child.exited,
  }
}

/** What a host prints, up to the end of the document that says it listens. */
export async function readDocument(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let printed = ''
  for await (const chunk of stdout) {
    printed += decoder.decode(chunk, { stream: true })
    if (printed.endsWith('}\n')) break
  }
  return printed
}
