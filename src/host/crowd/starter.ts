// The side of a host that gives orders to its starting thread, and makes children of its news.

import { type ChildProcess, HostError, type ProcessExit, type SpawnRequest } from '../host.ts'
import { openPosix } from '../posix/open.ts'
import { openWorker } from '../worker.ts'
import type { BaseEnvironment, News, Order } from './messages.ts'

/** A thread that starts children, seen from outside. */
export interface Thread {
  readonly ready: boolean
  /** It has died, and all its children were ended. */
  readonly broken: boolean
  /** Children that are not over, output included. */
  readonly children: number
  /** Rejects with a HostError when the child cannot be started. */
  start(request: SpawnRequest): Promise<ChildProcess>
  end(): void
}

/** One child in the thread, as far as it is known here. */
interface Started {
  request: SpawnRequest
  begun: PromiseWithResolvers<ChildProcess>
  exited: PromiseWithResolvers<ProcessExit>
  ended: PromiseWithResolvers<void>
  pid: number
  open: boolean
  gone: boolean
}

const nudge = new Uint8Array(1)

/** `onReady`: from now on it starts children without the time it takes to start itself. */
export function openThread(base: BaseEnvironment, onReady?: () => void): Thread {
  const children = new Map<number, Started>()
  let [ids, ready, broken] = [0, false, false]
  const posix = openPosix()
  const wake = posix.pipe()
  let orders: Order[] = [{ kind: 'base', env: base, wake: wake.readEnd }]
  const worker = openWorker('crowd/thread')
  const send = () => {
    worker.postMessage(orders)
    orders = []
    // While it waits for its children it does not look for messages.
    posix.write(wake.writeEnd, nudge)
  }
  const order = (one: Order) => {
    if (orders.push(one) === 1) queueMicrotask(send)
  }
  send()
  const hear = (news: News) => {
    if (news.kind === 'ready') {
      ready = true
      return onReady?.()
    }
    const child = children.get(news.id)
    if (child) tellers[news.kind](child, news as never, () => order({ kind: 'close', id: news.id }))
    // Its end and that of its output come in any order.
    if (child && (news.kind === 'failed' || (child.gone && !child.open))) children.delete(news.id)
  }
  worker.onmessage = ({ data }: MessageEvent<News[]>) => data.forEach(hear)
  worker.addEventListener('close', () => {
    posix.close(wake.readEnd)
    posix.close(wake.writeEnd)
  })
  worker.onerror = ({ message }) => {
    broken = true
    for (const child of children.values()) abandon(child, message)
    children.clear()
  }
  return {
    get ready() {
      return ready
    },
    get broken() {
      return broken
    },
    get children() {
      return children.size
    },
    start: (request) => {
      const id = ids++
      const child: Started = {
        request,
        begun: Promise.withResolvers(),
        exited: Promise.withResolvers(),
        ended: Promise.withResolvers(),
        pid: 0,
        open: true,
        gone: false,
      }
      children.set(id, child)
      const { command, cwd, env, live = false } = request
      order({ kind: 'start', id, command, cwd, live, changes: changesOf(base, env) })
      return child.begun.promise
    },
    end: () => worker.terminate(),
  }
}

type Of<Kind> = Extract<News, { kind: Kind }>

const tellers = {
  started: (child: Started, { pid }: Of<'started'>, close: () => void) => {
    child.pid = pid
    child.begun.resolve(toChild(child, close))
  },
  failed: (child: Started, { error }: Of<'failed'>) =>
    child.begun.reject(Object.assign(new HostError(error.code, 'start', error.path), error)),
  output: ({ open, request }: Started, { stream, bytes }: Of<'output'>) => {
    if (open) request.onOutput(stream, bytes)
  },
  ended: (child: Started) => finishOutput(child),
  exited: (child: Started, { exit }: Of<'exited'>) => {
    child.gone = true
    child.exited.resolve(exit)
  },
}

function finishOutput(child: Started): void {
  child.open = false
  child.ended.resolve()
}

function toChild(child: Started, close: () => void): ChildProcess {
  return {
    pid: child.pid,
    exited: child.exited.promise,
    outputEnded: child.ended.promise,
    get outputOpen() {
      return child.open
    },
    closeOutput: () => {
      if (!child.open) return
      close()
      finishOutput(child)
    },
    signalGroup: (signal) => signalGroup(child.pid, signal),
  }
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}

// Nobody hears of its end any more.
function abandon(child: Started, why: string): void {
  if (child.pid !== 0) signalGroup(child.pid, 'SIGKILL')
  child.begun.reject(new HostError('ECHILD', `start in a thread: ${why}`))
  child.exited.resolve({ code: null, signal: 'SIGKILL' })
  finishOutput(child)
}

function changesOf(
  base: BaseEnvironment,
  env: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {}
  for (const name in env) if (env[name] !== base[name]) changes[name] = env[name]!
  for (const name in base) if (env[name] === undefined) changes[name] = null
  return changes
}
