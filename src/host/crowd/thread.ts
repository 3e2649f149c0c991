// The thread in which a busy host starts its children: whoever starts a process sleeps until it runs
// its program, and everything else in the same thread with it.

import { type ChildProcess, HostError } from '../host.ts'
import { openPosix } from '../posix/open.ts'
import { openProcesses } from '../processes.ts'
import type { BaseEnvironment, News, Order, StartOrder } from './messages.ts'

declare const self: Worker

const processes = openProcesses(openPosix())
const children = new Map<number, ChildProcess>()
let base: BaseEnvironment = {}
// What happens in one turn is told in one go: waking the other side costs more than the news.
let news: News[] = []

self.onmessage = ({ data }: MessageEvent<Order[]>) => {
  for (const order of data) {
    if (order.kind === 'base') base = order.env
    else if (order.kind === 'close') children.get(order.id)?.closeOutput()
    else start(order.id, order)
  }
}

tell({ kind: 'ready' })
function start(id: number, order: StartOrder): void {
  let child: ChildProcess
  try {
    child = processes.spawn({
      ...order,
      env: environment(order.changes),
      onOutput: (stream, bytes) => tell({ kind: 'output', id, stream, bytes }),
    })
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    const { code, message, path } = error
    return tell({ kind: 'failed', id, error: { code, message, ...(path && { path }) } })
  }
  children.set(id, child)
  tell({ kind: 'started', id, pid: child.pid })
  void child.outputEnded.then(() => tell({ kind: 'ended', id }))
  void child.exited.then((exit) => tell({ kind: 'exited', id, exit }))
  void Promise.all([child.exited, child.outputEnded]).then(() => children.delete(id))
}

function environment(changes: StartOrder['changes']): Record<string, string> {
  const env = { ...base } as Record<string, string>
  for (const name in changes) {
    const value = changes[name]!
    if (value === null) delete env[name]
    else env[name] = value
  }
  return env
}

function tell(one: News): void {
  if (news.length === 0) setImmediate(send)
  news.push(one)
}

function send(): void {
  const all = news
  news = []
  self.postMessage(all)
}
