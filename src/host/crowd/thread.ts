// The thread in which a busy host starts its children: whoever starts a process sleeps until it runs
// its program, and everything else in the same thread with it.

import { type ChildProcess, HostError } from '../host.ts'
import { openPosix } from '../posix/open.ts'
import { openProcesses, spawnError } from '../processes.ts'
import { type Crew, openCrew } from './crew.ts'
import type { BaseEnvironment, News, Order, StartOrder } from './messages.ts'
import { openSpawner } from './spawn.ts'

declare const self: Worker

const posix = openPosix()
const processes = openProcesses(posix)
const children = new Map<number, ChildProcess>()
let base: BaseEnvironment = {}
/** Where there is none, children are the runtime's. */
let crew: Crew | undefined
// What happens in one turn is told in one go: waking the other side costs more than the news.
let news: News[] = []

self.onmessage = ({ data }: MessageEvent<Order[]>) => {
  for (const order of data) {
    if (order.kind === 'base') begin(order.env, order.wake)
    else if (order.kind === 'start') startOrFail(order.id, order)
    else if (crew) crew.close(order.id)
    else children.get(order.id)?.closeOutput()
  }
}

tell({ kind: 'ready' })

function begin(env: BaseEnvironment, wake: number): void {
  base = env
  const spawner = openSpawner(env)
  crew = spawner && openCrew(posix, spawner, wake, tell, send)
}

function startOrFail(id: number, order: StartOrder): void {
  try {
    if (crew) startInCrew(crew, id, order)
    else start(id, order)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    const { code, message, path } = error
    tell({ kind: 'failed', id, error: { code, message, ...(path && { path }) } })
  }
}

function startInCrew(crew: Crew, id: number, order: StartOrder): void {
  try {
    crew.start(id, order)
  } catch (error) {
    throw spawnError(posix, error, { ...order, env: environment(order.changes) })
  }
}

function start(id: number, order: StartOrder): void {
  const child = processes.spawn({
    ...order,
    env: environment(order.changes),
    onOutput: (stream, bytes) => tell({ kind: 'output', id, stream, bytes }),
  })
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
  if (news.length === 0) return
  const all = news
  news = []
  self.postMessage(all)
}
