// All triggers of the workspace and the paths they answer at, following the files. A file that
// cannot be read keeps what it said before; nothing on disk keeps the others from working.

import { collectTriggers } from '#core/trigger/collect.ts'
import type { HostedTrigger, TriggerProblem } from '#core/trigger/hosted.ts'
import { isReservedPath } from '#core/webhook/path.ts'
import { buildRoutes, type RouteTable } from '#core/webhook/routes.ts'
import type { Button } from '#spec/button.ts'
import type { Drawer } from '#spec/drawer.ts'
import { Failure } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import type { EngineContext } from './context.ts'

export interface TriggerTable {
  readonly triggers: readonly HostedTrigger[]
  readonly problems: readonly TriggerProblem[]
  readonly routes: RouteTable['routes']
  readonly shadowed: RouteTable['shadowed']
  findLane(lane: string): HostedTrigger | undefined
  /** As it was when its file was last looked at. */
  findButton(name: string): Button | undefined
  /** Whether something changed since the last look. Throws STORAGE_ERROR. */
  refresh(): Promise<boolean>
  /** Looks again at one spec at once; false when it is gone. Waits only when it has changed. */
  refreshOne(target: Target): boolean | Promise<boolean>
}

interface Known {
  mark: string
  drawer?: Drawer
  button?: Button
}

interface Built extends RouteTable {
  triggers: readonly HostedTrigger[]
  problems: readonly TriggerProblem[]
  lanes: ReadonlyMap<string, HostedTrigger>
}

/** Throws STORAGE_ERROR when the workspace cannot be read at all. */
export async function openTable(context: EngineContext): Promise<TriggerTable> {
  const known = new Map<string, Known>()
  let built = build(known, context)
  let looking: Promise<boolean> | undefined
  const look = async () => {
    if (!(await follow(known, context))) return false
    built = build(known, context)
    return true
  }
  const refresh = () => (looking ??= look().finally(() => (looking = undefined)))
  await refresh()
  const findMark = await context.store.specLooker()
  return {
    get triggers() {
      return built.triggers
    },
    get problems() {
      return built.problems
    },
    get routes() {
      return built.routes
    },
    get shadowed() {
      return built.shadowed
    },
    findLane: (lane) => built.lanes.get(lane),
    findButton: (name) => known.get(`button/${name}`)?.button,
    refresh,
    refreshOne: (target) => {
      const mark = findMark(target)
      const there = mark !== undefined
      if (mark === known.get(`${target.kind}/${target.name}`)?.mark) return there
      return refresh().then(() => there)
    },
  }
}

async function follow(known: Map<string, Known>, context: EngineContext): Promise<boolean> {
  const marks = await context.store.specMarks()
  let changed = false
  for (const key of known.keys()) if (!marks.has(key)) changed = known.delete(key) || changed
  for (const [key, mark] of marks) {
    const before = known.get(key)
    if (before?.mark === mark) continue
    known.set(key, { ...before, ...(await read(key, context)), mark })
    changed = true
  }
  return changed
}

async function read(key: string, { store, log }: EngineContext): Promise<Omit<Known, 'mark'>> {
  const at = key.indexOf('/')
  const name = key.slice(at + 1)
  try {
    if (key.startsWith('drawer/')) {
      const stored = await store.drawers.find(name)
      return stored ? { drawer: stored.drawer } : {}
    }
    const stored = await store.buttons.find(name)
    return stored ? { button: stored.button } : {}
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    log.warn('Cannot follow a change', { target: key, why: error.message })
    return {}
  }
}

function build(known: ReadonlyMap<string, Known>, { settings, log }: EngineContext): Built {
  const names = [...known.keys()].sort()
  const all = names.map((name) => known.get(name)!)
  const drawers = all.flatMap(({ drawer }) => (drawer ? [drawer] : []))
  const buttons = all.flatMap(({ button }) => (button ? [button] : []))
  const nobody = { triggers: [], problems: [] }
  const { triggers, problems } = settings.triggers
    ? collectTriggers(drawers, settings.listenOnly ? [] : buttons)
    : nobody
  const routes = buildRoutes(
    triggers,
    settings.listenOnly ? listenerPaths(settings) : isReservedPath,
  )
  for (const { target, why } of problems)
    log.warn('A trigger does not work', { target: `${target.kind}/${target.name}`, why })
  const lanes = new Map(triggers.map((trigger) => [trigger.lane, trigger]))
  return { ...routes, triggers, problems, lanes }
}

// A listener answers fewer paths itself: drawers of older releases keep theirs.
function listenerPaths({ wakes }: EngineContext['settings']): (path: string) => boolean {
  return (path) => path === '/healthz' || (wakes && path === '/wake')
}
