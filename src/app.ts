// The fuse box: joins host, store and engines. The one file that knows everybody; each engine is
// loaded when it is first used.

import { describeLooseMode } from '#core/place/loose.ts'
import type { DrawerAuthor } from '#drawer/author/author.ts'
import type { DrawerContext } from '#drawer/context.ts'
import type { DrawerPressPlan } from '#drawer/preview.ts'
import type { Host } from '#host/host.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type {
  PressDescription,
  PressPlan,
  PressRequest,
  SmashRequest,
  SmashResult,
} from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { RemoteHost } from '#remote/host.ts'
import type { ServeRequest, Serving } from '#serve/serve.ts'
import type { Journal } from '#store/journal.ts'
import type { Slot, Store } from '#store/store.ts'
import type { AgentId } from '#core/agents/targets.ts'
import type { ProxyHandle, RegistryProxyRequest } from '#registry/proxy/open.ts'
import type { Registry } from '#registry/registry.ts'
import type { ServerContext } from '#registry/server/context.ts'
import type { RegistryDesk } from '#registry/server/desk.ts'
import type { RegistryServer } from '#registry/server/server.ts'
import type { Ignoring } from '#workspace/ignore.ts'
import type { InitResult, InitPlan } from '#workspace/init.ts'
import type { HostedApps } from '#workspace/apps/hosted.ts'
import type { Workspace } from '#workspace/workspace.ts'
import type { Summary } from '#core/run/summary.ts'
import type { PressContext } from '#press/context.ts'
import type { FetchLimits } from '#press/http/fetch.ts'
import type { Collected } from '#spec/collected.ts'
import type { RunDesk } from '#runs/desk.ts'
import type { StepRequest } from '#press/step.ts'
import type { TailRequest } from '#press/progress.ts'
import type { TriggerAuthor } from '#trigger/author/author.ts'
import type { Desk } from '#identity/desk.ts'
import type { Tunnel } from '#identity/tunnel/tunnel.ts'
import type { EngineContext } from '#trigger/context.ts'
import type { TriggerEngine } from '#trigger/engine.ts'

export interface App {
  readonly host: Host
  /** Opens the store on first use and creates what it relies on. */
  store(): Promise<Store>
  /** `aids`: for hosts, which know buttons already and let only so many run at once. */
  press(request: PressRequest, warn: Warn, aids?: PressAids): Promise<PressResult>
  /** Presses several buttons side by side. */
  smash(request: SmashRequest, warn: Warn): Promise<SmashResult>
  /** What a press would do, without doing it. */
  planPress(request: PressRequest): Promise<PressPlan>
  /** The same for people and agents to read: no secrets, and what this machine would use. */
  describePress(request: PressRequest): Promise<PressDescription>
  /** Names that nothing new may take: what `buttons NAME` or `drawer NAME` would misunderstand. */
  reservedNames(): Promise<ReadonlySet<string>>
  /** Prints a progress file on stdout as it is, and follows it until `until` aborts. */
  tail(request: TailRequest): Promise<void>
  /** What is in the data directory and how it has been doing. */
  summarize(deep: boolean): Promise<Summary>
  /** Makes and changes buttons. */
  workspace(warn: Warn): Promise<Workspace>
  /** Sets up the caller's directory as a project; opens no store. */
  init(agents: readonly AgentId[]): Promise<InitResult>
  planInit(agents: readonly AgentId[]): Promise<InitPlan>
  /** Making and changing drawers. */
  drawers(warn: Warn): Promise<DrawerAuthor>
  /** Runs a drawer; `onEvent` hears what happens while it does. */
  pressDrawer(request: DrawerRequest, listener: DrawerListener): Promise<DrawerResult>
  /** What running a drawer would do, as far as that can be told before. */
  planDrawerPress(request: DrawerRequest, warn: Warn): Promise<DrawerPressPlan>
  /** Runs by their handle: listed, waited for, cancelled, started apart from the caller. */
  runs(listener: DrawerListener): Promise<RunDesk>
  /** Making and changing triggers. */
  triggers(warn: Warn): Promise<TriggerAuthor>
  /** Packages of a registry. The signal ends what waits for the network. */
  packages(warn: Warn, signal?: AbortSignal): Promise<Registry>
  /** Who this device is, and who may publish from it. */
  desk(warn: Warn, signal?: AbortSignal): Promise<Desk>
  /** A registry of ours, to be offered by a host. Throws STORAGE_ERROR. */
  registryServer(request: RegistryServerRequest): Promise<RegistryServer>
  /**
   * Administration of a registry of ours; in the data directory unless told otherwise. Throws
   * NOT_FOUND when there is none and none is to be made.
   */
  registryDesk(directory: string | undefined, make: boolean): Promise<RegistryDesk>
  /** Starts updates that nobody asked for beside this process, when it is time. Never throws. */
  updateLater(): Promise<void>
  /** What starts presses without a person, for a host. Throws STORAGE_ERROR. */
  triggerEngine(context: EngineContext): Promise<TriggerEngine>
  /** What hands out the packages of another registry, for a host; beside its own when it has one. */
  registryProxy(request: RegistryProxyRequest): Promise<ProxyHandle>
  /** How this machine is reached from outside. */
  tunnel(): Promise<Tunnel>
  /** What git leaves out of the data directory. */
  ignoring(): Promise<Ignoring>
  /** A step of a script, inside a press; its exit status. Opens no store. */
  step(request: StepRequest, write: (bytes: Uint8Array) => void): Promise<number>
  /** Removes what is beyond what is kept, and what nothing refers to any more. */
  collect(dry: boolean): Promise<Collected>
  /** Starts a host in this process: it listens when this resolves. */
  serve(request: Omit<ServeRequest, 'env'>): Promise<Serving>
  /** Another host; the key is what is given, else the battery API_KEY, else BUTTONS_API_KEY. */
  remote(url: string, apiKey: string | undefined): Promise<RemoteHost>
  /** Apps while a host serves them. */
  hostedApps(onLine: (app: string, line: string) => void): Promise<HostedApps>
  /** Finishes what may come after the output: held slots, the index. Never throws. */
  settle(): Promise<void>
}

export type Warn = (message: string) => void

export interface RegistryServerRequest extends Pick<
  ServerContext,
  'settings' | 'countCall' | 'origins' | 'note'
> {
  /** Undefined: in the data directory. */
  directory: string | undefined
  /** For the API by which tunnels of agents are made; undefined: none are. */
  tunnelToken: string | undefined
}

export type PressAids = Pick<PressContext, 'findButton' | 'batteries' | 'takeTurn'>

/** `long`: for a process that presses many times: keeps in memory what it has read. */
type Lifetime = 'short' | 'long'

export interface DrawerListener {
  warn: Warn
  onEvent?: (event: RunEvent) => void
}

export function createApp(host: Host, lifetime: Lifetime = 'short'): App {
  let opened: Promise<Store> | undefined
  const store = () => (opened ??= openStore(host, lifetime))
  const heldSlots: Slot[] = []
  const press: App['press'] = async (request, warn, aids) => {
    const engine = import('#press/press.ts')
    const holdSlot = (slot: Slot) => void heldSlots.push(slot)
    const context = { host, store: await store(), warn, holdSlot, ...aids }
    return (await engine).press(request, context)
  }
  const planPress: App['planPress'] = async (request) => {
    const { previewPress } = await import('#press/prepare.ts')
    return previewPress(request, { host, store: await store(), warn: () => {} })
  }
  const planDrawerPress: App['planDrawerPress'] = async (request, warn) => {
    const { previewDrawer } = await import('#drawer/preview.ts')
    return previewDrawer(request, { store: await store(), env: host.env, warn })
  }
  const pressDrawer: App['pressDrawer'] = async (request, listener) => {
    const [{ runDrawer }, { holdDrawer }] = await Promise.all([
      import('#drawer/run.ts'),
      import('#runs/holdDrawer.ts'),
    ])
    const { cwd = host.cwd } = request
    const there = cwd === host.cwd ? host : { ...host, cwd }
    const context = await openDrawerContext(there, await store(), listener)
    return holdDrawer(request, { host, store: context.store }, (held, keep, onWaiting) =>
      runDrawer(held, { ...(keep ? keepEvents(context, keep) : context), onWaiting }),
    )
  }
  return {
    host,
    store,
    press,
    smash: async (request, warn) => {
      const { smash } = await import('#press/smash.ts')
      return smash(request, (one) => press(one, warn))
    },
    planPress,
    describePress: async (request) => {
      const { describePress } = await import('#press/describe.ts')
      return describePress(request, { host, store: await store(), warn: () => {} })
    },
    reservedNames,
    tail: async (request) => {
      const { tail } = await import('#press/progress.ts')
      return tail(request, { host, store: await store() })
    },
    summarize: async (deep) => {
      const { summarize } = await import('#workspace/summary.ts')
      return summarize(deep, { host, store: await store() })
    },
    workspace: async (warn) => {
      const { openWorkspace } = await import('#workspace/workspace.ts')
      const reserved = await reservedNames()
      const fetchText = async (url: string, limits: FetchLimits) =>
        (await import('#press/http/fetch.ts')).fetchText(url, limits, host)
      return openWorkspace({ host, store: await store(), reserved, warn, fetchText })
    },
    init: async (agents) => (await import('#workspace/init.ts')).initProject(host, agents),
    planInit: async (agents) => (await import('#workspace/init.ts')).planInit(host, agents),
    drawers: async (warn) => {
      const { openAuthor } = await import('#drawer/author/author.ts')
      return openAuthor({ host, store: await store(), reserved: await reservedNames(), warn })
    },
    pressDrawer,
    planDrawerPress,
    triggers: async (warn) => {
      const { openTriggerAuthor } = await import('#trigger/author/author.ts')
      return openTriggerAuthor({ host, store: await store(), warn })
    },
    packages: async (warn, signal) => openPackages(host, await store(), warn, signal),
    desk: async (warn, signal) => {
      const [{ openDesk }, { openCaller }] = await Promise.all([
        import('#identity/desk.ts'),
        import('#registry/call.ts'),
      ])
      return openDesk({ host, store: await store(), call: openCaller(host.clock), warn, signal })
    },
    registryServer: async ({ directory, tunnelToken, ...rest }) => {
      const [{ openRegistryServer }, { verify, isPublicKey }] = await Promise.all([
        import('#registry/server/server.ts'),
        import('#identity/key.ts'),
      ])
      const signatures = { verify, isPublicKey }
      const registry = await (await store()).openRegistry(directory, true)
      const tunnels = tunnelToken === undefined ? undefined : await openTunnels(tunnelToken, host)
      return openRegistryServer({ ...rest, host, signatures, tunnels, store: registry })
    },
    registryDesk: async (directory, make) => {
      const { openRegistryDesk } = await import('#registry/server/desk.ts')
      return openRegistryDesk(await (await store()).openRegistry(directory, make), host)
    },
    updateLater: async () => {
      const { startPassive } = await import('#registry/passive/start.ts')
      await startPassive({ host, store: await store() })
    },
    triggerEngine: async (context) =>
      (await import('#trigger/engine.ts')).openTriggerEngine(context),
    registryProxy: async (request) => (await import('#registry/proxy/open.ts')).openProxy(request),
    runs: async ({ warn, onEvent }) => {
      const { openDesk } = await import('#runs/desk.ts')
      return openDesk({
        host,
        store: await store(),
        warn,
        press: (request) => press(request, warn),
        pressDrawer: (request) => pressDrawer(request, { warn, ...(onEvent && { onEvent }) }),
        check: async ({ kind, request }) => {
          if (kind === 'button') return (await planPress(request)).button.name
          return (await planDrawerPress(request, () => {})).drawer
        },
      })
    },
    step: async (request, write) => (await import('#press/step.ts')).runStep(request, write, host),
    collect: async (dry) => {
      const { collect } = await import('#runs/collect.ts')
      return collect(dry, { host, store: await store() })
    },
    tunnel: async () => {
      const { openTunnel } = await import('#identity/tunnel/tunnel.ts')
      return openTunnel({ host, store: await store(), ask: (url, init) => fetch(url, init) })
    },
    ignoring: async () => {
      const { openIgnoring } = await import('#workspace/ignore.ts')
      return openIgnoring(host, await store(), await reservedNames())
    },
    remote: async (url, given) => {
      const { openRemote } = await import('#remote/host.ts')
      const { API_KEY: battery } = given ? {} : await (await store()).batteries.effective()
      const apiKey = given || battery || host.env['BUTTONS_API_KEY'] || ''
      return openRemote({ url, apiKey }, host.clock)
    },
    hostedApps: async (onLine) => {
      const { openHostedApps } = await import('#workspace/apps/hosted.ts')
      return openHostedApps({ host, store: await store(), onLine })
    },
    serve: async (request) => {
      const { startHost } = await import('#serve/serve.ts')
      const { childEnvironment } = await import('#core/serve/childEnvironment.ts')
      // What the host presses must not see the secrets of the host itself.
      const env = childEnvironment(host.env)
      const processes = { ...host.processes, start: host.processes.inCrowds(env) }
      const pressing = createApp({ ...host, env, processes }, 'long')
      // Its own packages it fetches with its own keys.
      const packages: App['packages'] = async (warn, signal) =>
        openPackages(host, await pressing.store(), warn, signal)
      return startHost({ ...request, env: host.env }, { ...pressing, packages })
    },
    settle: async () => {
      for (const slot of heldSlots.splice(0)) slot.release()
      await (await opened?.catch(() => undefined))?.settle()
    },
  }
}

async function reservedNames(): Promise<ReadonlySet<string>> {
  return (await import('./cli/reserved.ts')).reservedNames()
}

async function openPackages(
  host: Host,
  store: Store,
  warn: Warn,
  signal: AbortSignal | undefined,
): Promise<Registry> {
  const [{ openRegistry }, { openCaller }, { openIdentity }] = await Promise.all([
    import('#registry/registry.ts'),
    import('#registry/call.ts'),
    import('#identity/identity.ts'),
  ])
  return openRegistry({
    host,
    store,
    call: openCaller(host.clock),
    identity: openIdentity({ host, store }),
    refreshAgentList: async () => {
      const { refreshAgentList } = await import('#workspace/agentList.ts')
      return refreshAgentList({ host, store, reserved: await reservedNames(), warn })
    },
    warn,
    signal,
  })
}

async function openTunnels(token: string, host: Host) {
  const { openAgentTunnels } = await import('#identity/tunnel/agents.ts')
  return openAgentTunnels(token, { host, ask: (url, init) => fetch(url, init) })
}

async function openDrawerContext(
  host: Host,
  store: Store,
  { warn, onEvent }: DrawerListener,
): Promise<DrawerContext> {
  const [{ press }, { sha256Hex }] = await Promise.all([
    import('#press/press.ts'),
    import('#store/sha256.ts'),
  ])
  // The same remark about a button counts once, however often a loop presses it.
  const told = new Set<string>()
  const warnOnce = (message: string) => {
    if (!told.has(message)) warn(message)
    told.add(message)
  }
  return {
    store,
    clock: host.clock,
    random: host.random,
    env: host.env,
    cpus: host.platform.cpus,
    press: (request, known) => press(request, { host, store, warn: warnOnce, ...known }),
    hash: sha256Hex,
    emit: (event) => onEvent?.(event),
    warn: warnOnce,
  }
}

// What is announced is in the journal before anybody hears of it.
function keepEvents(context: DrawerContext, keep: Journal['append']): DrawerContext {
  return {
    ...context,
    emit: (event) => {
      const kept = keep(event)
      return kept ? kept.then(() => context.emit(event)) : context.emit(event)
    },
    pin: context.store.hashDefinition,
  }
}

async function openStore(host: Host, lifetime: Lifetime): Promise<Store> {
  const { stores } = await import('#store/index.ts')
  const store = stores.files(host)
  await store.prepare()
  const { dataDirectory, projectLocal } = store.place
  const mode = host.files.stat(dataDirectory)?.mode ?? 0
  const loose = describeLooseMode(dataDirectory, mode, projectLocal)
  if (loose) host.terminal.writeError(`warning: ${loose}\n`)
  if (lifetime === 'short') return store
  return (await import('#store/files/recall.ts')).recallFiles(store, host)
}
