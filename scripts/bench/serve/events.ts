// One run that many people watch: how long a line takes from the script to each of them, and how
// many events a second they are given together.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeButton } from '../homes.ts'
import { quantile } from '../quantile.ts'
import type { Server } from './sides.ts'

export interface EventFigures {
  readers: number
  /** From the script's own clock to a reader's, milliseconds; lines come a hundredth apart. */
  p50: number
  p99: number
  /** Events handed to readers while the script writes as fast as it can. */
  perSecond: number
  /** Share of lines that a reader found missing then, told by a gap. */
  skipped: number
}

const [pacedLines, quickLines] = [200, 5000]

/** Undefined where there is no bash, whose clock tells microseconds. */
export async function measureEvents(
  server: Server,
  readers: number,
): Promise<EventFigures | undefined> {
  if (Bun.which('bash') === null) return undefined
  await writeButton(server.home, 'paced', script(pacedLines, 'sleep 0.01'))
  await writeButton(server.home, 'quick', script(quickLines, ':'))
  const paced = await watchAll(server, 'paced', readers)
  const quick = await watchAll(server, 'quick', readers)
  const seen = quick.latencies.length
  return {
    readers,
    p50: quantile(paced.latencies, 0.5),
    p99: quantile(paced.latencies, 0.99),
    perSecond: seen / quick.seconds,
    skipped: 1 - seen / (readers * quickLines),
  }
}

// It begins when everybody watches.
function script(lines: number, between: string): string {
  return `exec bash -c 'until [ -e "$HOME/go" ]; do sleep 0.01; done
for ((n = 0; n < ${lines}; n++)); do echo $EPOCHREALTIME; ${between}; done'\n`
}

interface Watched {
  /** Of every line that any reader got. */
  latencies: number[]
  seconds: number
}

async function watchAll(server: Server, name: string, readers: number): Promise<Watched> {
  const origin = `http://127.0.0.1:${server.port}`
  const go = join(server.home, 'go')
  const accepted = await fetch(`${origin}/api/buttons/${name}/press?async=1`, { method: 'POST' })
  const { data } = (await accepted.json()) as { data: { run_id: string } }
  const latencies: number[] = []
  const path = `/api/runs/${data.run_id}/events`
  const watching = Array.from({ length: readers }, () => watch(server.port, path, latencies))
  await Promise.all(watching.map(({ begun }) => begun))
  const started = performance.now()
  await writeFile(go, '')
  await Promise.all(watching.map(({ ended }) => ended))
  const seconds = (performance.now() - started) / 1000
  await Bun.file(go).delete()
  return { latencies, seconds }
}

/** `begun` when the stream has said that the run has started. */
function watch(port: number, path: string, latencies: number[]) {
  const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const fail = (why: string) => {
    const error = new Error(`Cannot watch ${path}: ${why}`)
    begun.reject(error)
    ended.reject(error)
  }
  let rest = ''
  let over = false
  Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (socket) => void socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
      data: (socket, bytes) => {
        const now = performance.timeOrigin + performance.now()
        const lines = (rest + bytes.toString('latin1')).split('\n')
        rest = lines.pop()!
        for (const line of lines) {
          if (line.startsWith('HTTP/1.1 ') && !line.startsWith('HTTP/1.1 200')) fail(line.trim())
          if (line === 'event: started') begun.resolve()
          if (line === 'event: result') over = true
          const at = line.startsWith('data: {"ts"') ? line.indexOf('"text":"') : -1
          if (at > 0) latencies.push(now - Number(line.slice(at + 8, at + 25)) * 1000)
        }
        if (!over) return
        socket.end()
        ended.resolve()
      },
      close: () => {
        if (!over) fail('the connection ended')
      },
    },
  }).catch((error: Error) => fail(error.message))
  return { begun: begun.promise, ended: ended.promise }
}
