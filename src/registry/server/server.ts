// The registry that a host offers (registry 14): each call goes to its endpoint, and whatever it
// throws comes back as an answer.

import type { EndpointKind } from '#core/registry/path.ts'
import type { RegistryRole } from '#spec/registry.ts'
import { authorize, type Caller } from './authorize.ts'
import type { Act, RegistryCall, ServerContext } from './context.ts'
import { type Aids, endpoints, type Methods } from './endpoints/index.ts'
import { type Answer, openAnswer, type Performers } from './perform.ts'
import { openSweeper } from './sweeper.ts'
import { openWaker } from './waker.ts'

export interface RegistryServer {
  /**
   * Who asks, for others that hand out packages under our keys. Throws UNAUTHORIZED without a good
   * key, FORBIDDEN when it is none for this; notes in `act` whose it is.
   */
  authorize(wanted: RegistryRole, call: RegistryCall, act: Act): Promise<Caller>
  /** Throws only what nobody expected. */
  answer: Answer
  /** Whether a key was ever made: without one, nobody but this machine may come in. */
  hasKeys(): Promise<boolean>
  /** Begins to tell agents of what was published. */
  start(): void
  close(): Promise<void>
}

export async function openRegistryServer(context: ServerContext): Promise<RegistryServer> {
  const { store } = context
  const sweeper = await openSweeper(context)
  const waker = openWaker(context)
  return {
    answer: openAnswer(openEndpoints({ wake: waker.nudge }, context), context.countCall),
    authorize: (wanted, call, act) => authorize(wanted, call, act, context),
    hasKeys: () => store.keys.any(),
    start: waker.nudge,
    close: async () => {
      sweeper.close()
      await waker.close()
      await store.close()
    },
  }
}

function openEndpoints(aids: Aids, context: ServerContext): Record<EndpointKind, Performers> {
  const opened = Object.entries(endpoints).map(([kind, open]) => [kind, bind(open(aids), context)])
  return Object.fromEntries(opened) as Record<EndpointKind, Performers>
}

function bind(methods: Methods, context: ServerContext): Performers {
  const bound = Object.entries(methods).map(([method, handle]) => {
    const perform: Performers[string] = (endpoint, call, act) =>
      handle(endpoint, call, act, context)
    return [method, perform] as const
  })
  return Object.fromEntries(bound)
}
