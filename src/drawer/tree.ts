// What a pressed drawer shares with all drawers inside it: batteries, secrets, buttons read once,
// the past, and the way out for events.

import { findWebhook } from '#core/drawer/trigger.ts'
import { openPast, type Past } from '#core/drawer/run/past.ts'
import { learnSecrets, openSecrets, type SecretSet } from '#core/drawer/run/secrets.ts'
import { slug } from '#core/name/slug.ts'
import { newRunId } from '#core/run/id.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { Store, StoredDrawer } from '#store/store.ts'
import type { DrawerContext, KnownToRun } from './context.ts'
import type { RunJob } from './job.ts'
import { openRests, type Rests } from './rests.ts'
import { linkSignal } from './signals.ts'

export interface Tree extends KnownToRun {
  readonly context: DrawerContext
  /** Of the outermost run: with it and a step's key, everything has a name. */
  readonly runId: string
  readonly past: Past
  readonly request: DrawerRequest
  /** What the idempotency keys of steps are made of. */
  readonly idempotencyBase: string
  readonly secrets: SecretSet
  /** Aborts when the caller wants the run to end, or when events cannot be kept. */
  readonly signal: AbortSignal
  readonly hurry: AbortSignal | undefined
  findDrawer(name: string): Promise<StoredDrawer | undefined>
  press(request: PressRequest): Promise<PressResult>
  /** Public addresses of all webhooks, by drawer. */
  webhooks(): Promise<Record<string, string>>
  emit(event: RunEvent): Promise<void>
  readonly rests: Rests
  newRunId(): string
  /** Runs a drawer inside: as a step, or as an error handler. */
  perform(job: RunJob): Promise<DrawerResult>
  /** Counts a record that was written; how many there are by now. */
  countRecorded(): number
  /** Why events could not be kept; the run is worth nothing then. */
  trouble(): { error: unknown } | undefined
  close(): void
}

/** Throws STORAGE_ERROR. */
export async function openTree(
  request: DrawerRequest,
  context: DrawerContext,
  perform: (job: RunJob, tree: Tree) => Promise<DrawerResult>,
): Promise<Tree> {
  const { store, clock, random } = context
  const batteries = await store.batteries.effective()
  const past = openPast(request.past ?? [])
  const link = linkSignal(request.signal)
  const newId = uniqueIds(past.runIds, () => newRunId(clock.now(), random))
  const known: KnownToRun = { batteries, findButton: once(store.buttons.find) }
  const secrets = openSecrets(Object.values(batteries))
  learnSecrets(secrets, request.past ?? [])
  let trouble: { error: unknown } | undefined
  let recorded = 0
  const started = past.findRun('')?.started
  const runId = started?.run_id ?? request.runId ?? newId()
  const tree: Tree = {
    ...known,
    context,
    request,
    runId,
    idempotencyBase: started?.idempotency_base ?? request.idempotencyBase ?? runId,
    past,
    secrets,
    signal: link.signal,
    hurry: request.hurry,
    findDrawer: once(store.drawers.find),
    press: (request) =>
      tree.rests.work((wait) => context.press({ ...request, onQueue: wait }, known)),
    webhooks: lazily(() => readWebhooks(context)),
    emit: async (event) => {
      if (trouble) throw trouble.error
      try {
        await context.emit(event)
      } catch (error) {
        trouble ??= { error }
        link.abort()
        throw error
      }
    },
    rests: openRests(context.onWaiting ?? (() => {})),
    newRunId: newId,
    perform: (job) => perform(job, tree),
    countRecorded: () => ++recorded,
    trouble: () => trouble,
    close: link.close,
  }
  return tree
}

// Many inner runs may start within one millisecond, which leaves little to chance.
function uniqueIds(taken: Iterable<string>, make: () => string): () => string {
  const given = new Set(taken)
  return () => {
    let id = make()
    while (given.has(id)) id = make()
    given.add(id)
    return id
  }
}

// A run works with every button and drawer as it was when it first needed it.
function once<T>(find: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const found = new Map<string, Promise<T>>()
  return (name) => {
    const key = slug(name)
    let answer = found.get(key)
    if (!answer) found.set(key, (answer = find(name)))
    return answer
  }
}

function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => (loaded ??= load())
}

/** Empty texts where the outside cannot reach this machine. */
export async function readWebhooks({
  store,
  warn,
}: Pick<DrawerContext, 'store' | 'warn'>): Promise<Record<string, string>> {
  const host = await findPublicHost(store, warn)
  const { drawers } = await store.drawers.list()
  const addresses: Record<string, string> = {}
  for (const { drawer } of drawers) {
    const path = findWebhook(drawer)?.path
    if (path) addresses[drawer.name.replaceAll('-', '_')] = host && `https://${host}${path}`
  }
  return addresses
}

// An address nobody can read is as good as none, but somebody should know.
async function findPublicHost(store: Store, warn: DrawerContext['warn']): Promise<string> {
  try {
    return await store.publicHost()
  } catch (error) {
    warn((error as Error).message)
    return ''
  }
}
