// Remembering, behind one interface: nothing above this room knows whether it is files and SQLite
// or something else. Times are UTC texts or epoch milliseconds as the names say.

import type { Button } from '#spec/button.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { IdempotencyEntry } from '#spec/idempotency.ts'
import type { LifecycleEvent, LocalChange, LocalTarget } from '#spec/lifecycle.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { PressResult, Run, SpilledOutput, Target, TargetKind } from '#spec/run.ts'
import type { Collected } from '#spec/collected.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { Settings } from '#spec/settings.ts'
import type { TunnelConfig } from '#spec/tunnel.ts'
import type { RunFailure } from '#core/run/failure.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { DeviceStore } from './device.ts'
import type { JournalStore } from './journal.ts'
import type { RegistryStore } from './registry.ts'
import type { PackageStore } from './packages.ts'
import type { InboxOptions, InboxStore, InboxView } from './inbox.ts'
import type { RegistryCache, RegistryCacheOptions } from './registryCache.ts'

export interface Store {
  readonly place: Place
  readonly buttons: ButtonStore
  readonly apps: AppStore
  readonly drawers: DrawerStore
  readonly packages: PackageStore
  readonly device: DeviceStore
  readonly runs: RunStore
  readonly active: ActiveStore
  readonly journal: JournalStore
  readonly batteries: BatteryStore
  readonly settings: SettingsStore
  readonly lifecycle: LifecycleStore
  readonly slots: SlotStore
  readonly idempotency: IdempotencyStore
  readonly tunnel: TunnelStore
  /** Host name of the named tunnel, '' without one. Throws STORAGE_ERROR. */
  publicHost(): Promise<string>
  /**
   * SHA-256 of everything that decides what pressing a target does: its spec, its code. Empty when
   * there is no such target. Throws STORAGE_ERROR.
   */
  hashDefinition(target: Target): Promise<string>
  /** Which specs there are, by `button/NAME` and `drawer/NAME`, with marks that change with them. */
  specMarks(): Promise<ReadonlyMap<string, string>>
  /** Tells the mark of one spec as it is now; undefined when it is gone. */
  specLooker(): Promise<(target: Target) => string | undefined>
  /** Becomes the one who fires schedules; undefined while another is. Throws STORAGE_ERROR. */
  tryTakeSchedule(facts: SchedulerFacts): Promise<ScheduleSlot | undefined>
  /** The inbox of this workspace, as one more host. Throws STORAGE_ERROR. */
  openInbox(options: InboxOptions): Promise<InboxStore>
  /** To look into the inbox; undefined when nothing was ever accepted. Throws STORAGE_ERROR. */
  findInbox(): Promise<InboxView | undefined>
  /** What a proxy keeps of its origin. Writes nothing yet. */
  openRegistryCache(options: RegistryCacheOptions): Promise<RegistryCache>
  /**
   * A registry of ours; in the data directory unless told otherwise. Throws STORAGE_ERROR, NOT_FOUND
   * when there is none and none is to be made.
   */
  openRegistry(directory: string | undefined, make: boolean): Promise<RegistryStore>
  /** Removes what is beyond what is kept and what nothing refers to; `dry`: only counts it. */
  collect(dry: boolean): Promise<Collected>
  /** Creates what every command relies on: the data directory with `buttons` and `drawers`. */
  prepare(): Promise<void>
  /** Brings the index up to date with what was recorded; never throws. Call once output is out. */
  settle(): Promise<void>
  /**
   * For a process that presses many times: from now on files of what is over serve what comes next.
   * What it returns ends that; call it once nothing runs any more.
   */
  keepSpares(): Promise<() => void>
}

/** Which directories are active (cli.md 4.1). All absolute. */
export interface Place {
  readonly dataDirectory: string
  /** Holds settings.json and the global batteries.json. */
  readonly globalDirectory: string
  /** The data directory was found by walking up and is not the global one. */
  readonly projectLocal: boolean
}

export interface StoredButton {
  button: Button
  /** The button's folder. */
  directory: string
  /** Where its code lies, whether or not the file is there; absent for HTTP and prompt buttons. */
  codePath?: string
  /** The name inside the file when it differs from the folder, which is the identity (D19). */
  otherName?: string
  /** Nobody has written instructions for it; when absent, they have to be looked at. */
  plain?: true
}

export interface NewFile {
  /** Relative to the button's folder. */
  path: string
  content: string | Uint8Array
  mode: number
}

export interface ButtonListing {
  /** By name. */
  buttons: StoredButton[]
  unreadable: { name: string; why: string }[]
}

/** Gives the file as it is to be written; what it throws stops the writing. */
export type ButtonChange = (file: Record<string, unknown>) => Record<string, unknown>

export interface ButtonStore {
  /** Slugs the name. Throws VALIDATION_ERROR for a name that leads nowhere or an unreadable spec. */
  find(name: string): Promise<StoredButton | undefined>
  list(): Promise<ButtonListing>
  /** Names of all button folders with a spec, sorted, without reading the specs. */
  names(): Promise<string[]>
  /** Creates the folder with all its files at once. Throws VALIDATION_ERROR when it exists. */
  create(name: string, files: readonly NewFile[]): Promise<StoredButton>
  /** Rewrites the spec through `change`; keys it does not touch survive. */
  update(name: string, change: ButtonChange): Promise<StoredButton>
  /** Removes the folder with its history; false when it was not there. */
  remove(name: string): Promise<boolean>
  /** The instruction file: AGENT.md, else AGENTS.md, else undefined (and where it would be). */
  readInstructions(name: string): Promise<{ path: string; text: string | undefined }>
  /** What else has this name: a drawer or an app. */
  findHomonym(name: string): Promise<'drawer' | 'app' | undefined>
}

export interface StoredDrawer {
  drawer: Drawer
  /** The JSON of drawer.json as it is, with keys nobody knows. */
  file: Record<string, unknown>
  directory: string
}

export interface DrawerListing {
  /** By name. */
  drawers: StoredDrawer[]
  unreadable: { name: string; why: string }[]
}

export interface DrawerStore {
  /**
   * Slugs the name. Throws VALIDATION_ERROR for a name that leads nowhere, INTERNAL_ERROR for an
   * unreadable file.
   */
  find(name: string): Promise<StoredDrawer | undefined>
  list(): Promise<DrawerListing>
  /** Names of all drawer folders, sorted, without reading them. */
  names(): Promise<string[]>
  /** Creates the folder with all its files at once. Throws VALIDATION_ERROR when it exists. */
  create(name: string, files: readonly NewFile[]): Promise<StoredDrawer>
  /**
   * Rewrites the file through `change` under the lock and stamps it; what `change` throws leaves
   * the file as it was. Throws NOT_FOUND.
   */
  update(name: string, change: (file: Record<string, unknown>) => void): Promise<StoredDrawer>
  /**
   * Moves the folder and lets `change` rewrite every drawer; it says whether it did something.
   * Throws NOT_FOUND, or VALIDATION_ERROR when the new name is taken.
   */
  rename(
    from: string,
    to: string,
    change: (file: Record<string, unknown>) => boolean,
  ): Promise<{ stored: StoredDrawer; rewritten: string[] }>
  /** Removes the folder with its history; false when it was not there. */
  remove(name: string): Promise<boolean>
  /** Whether a button has this name. */
  isButton(name: string): Promise<boolean>
}

/** Apps: folders below `apps/`, made whole and served, never pressed. */
export interface AppStore {
  has(name: string): Promise<boolean>
  /**
   * Makes an app's folder, filled by `fill` while nobody sees it; nothing remains when that fails.
   * Gives the folder. Throws ALREADY_EXISTS.
   */
  create(name: string, fill: (directory: string) => Promise<void>): Promise<string>
}

/** A place among the records of a target, taken when the press started. */
export interface RunClaim {
  startedMs: number
  /** Set once a progress file has been created under this stem. */
  stem?: string
  progressPath?: string
  /** Where the script may put what it made; not there yet. */
  artifactsPath?: string
}

export interface RunQuery {
  target?: Target
  /** No limit when absent; applied after the other conditions. */
  limit?: number
  failedOnly?: boolean
}

/** A place in the list of all runs: what stands behind it is older. */
export interface RunPlace {
  startedMs: number
  /** Of a record its file. */
  key: string
}

export interface StoredRunQuery extends RunQuery {
  /** Whose runs, when there is no target; both when absent. */
  kinds?: readonly TargetKind[]
  status?: string
  /** Runs that started then or later, epoch milliseconds. */
  sinceMs?: number
  before?: RunPlace
}

export interface RunStore {
  /** Creates the progress file and with it takes a stem; without both when it cannot. */
  claimProgress(target: Target, startedMs: number): Promise<RunClaim>
  /**
   * Writes the record, the truth, and prunes; the index follows in `settle`. `spilled` is what the
   * record has no room for. Gives the record's file. Throws STORAGE_ERROR.
   */
  record(
    target: Target,
    claim: RunClaim,
    run: Run | DrawerRun,
    spilled?: SpilledOutput,
  ): Promise<string>
  /** Runs of buttons, newest first. Throws STORAGE_ERROR. */
  list(query: RunQuery): Promise<Run[]>
  /** Runs of buttons and drawers with where they lie, newest first. Throws STORAGE_ERROR. */
  listStored(query: StoredRunQuery): Promise<StoredRun[]>
  /** The run of an id. Throws STORAGE_ERROR. */
  find(runId: string): Promise<StoredRun | undefined>
  /** The run in a record file, relative to the data directory. */
  read(target: Target, file: string): Promise<StoredRun | undefined>
  /** What lies beside a record: output that was too long for it, artifacts, steps. */
  findBeside(file: string): Promise<RunFiles>
  /** The newest failures of the workspace, buttons and drawers merged by time. */
  listFailures(limit: number): Promise<RunFailure[]>
  /** Path of the newest progress file of a target, or undefined. */
  findProgress(target: Target): Promise<string | undefined>
  /** Number of stored records of a button. */
  count(target: Target): Promise<number>
}

/** Absolute paths of what a run has left behind; absent when it is not there. */
export interface RunFiles {
  stdout?: string
  stderr?: string
  progress?: string
  steps?: string
  artifacts: { path: string; size: number }[]
}

export interface NewRun {
  /** Chosen by whoever had to know it before; else a new one is drawn. */
  runId?: string
  target: Target
  parentRunId?: string
  retryOf?: string
  detached?: boolean
  /** For runs that somebody may go on with. */
  cwd?: string
  idempotencyKey?: string
  args?: Record<string, unknown>
  /** Given by a process that does more than this run: called when somebody wants the run to end. */
  onCancel?: () => void
}

/** A run that this process holds: nobody takes it for interrupted while the process lives. */
export interface HeldRun {
  readonly runId: string
  /** Where what belongs to the run lies while it is in progress; made when it is first needed. */
  readonly directory: string
  /** Its script's own steps (`buttons step`). */
  readonly stepsPath: string
  /** For the process that takes the run over. */
  readonly fd: number | undefined
  /** Changes what others see of it; never throws. */
  note(change: Partial<ActiveEntry>): void
  /** Where it was recorded, once it was. */
  recordFile(): string | undefined
  /** It is over: its record, if there is one, takes its place. Never throws. */
  end(): void
  /** Lets go of a run that another process has taken over by now. */
  release(): void
}

/** A run in progress as others see it. */
export interface ActiveRun {
  entry: ActiveEntry
  /** A process holds it. */
  held: boolean
  directory: string
  stepsPath: string
}

export interface RunWatch {
  readonly entry: ActiveEntry | undefined
  isHeld(): boolean
  /** Sleeps until the run is over or its process gone; stops everything else in this process. */
  waitHere(): void
  /** The same beside everything else; resolves early when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>
  close(): void
}

/** Runs in progress, and those whose process died. */
export interface ActiveStore {
  /** Registers a run. Throws ALREADY_EXISTS for a run id that is in use, STORAGE_ERROR. */
  begin(run: NewRun): Promise<HeldRun>
  /** The same, or a run that nobody can find when it cannot be registered. */
  beginOrHide(run: NewRun): Promise<HeldRun>
  /** Where the script's own steps of a run in progress are kept. */
  stepsPath(runId: string): string
  /** Where a step of a drawer may put what it made; not there yet. It goes with the run's record. */
  artifactsPath(runId: string, step: string): string
  /** Says which process group works for a run that this process holds; `step`: for which step. */
  started(runId: string, group: number, step?: string): void
  /** Says that the request of an HTTP button leaves, for a run that this process holds. */
  sent(runId: string): void
  /** Goes on with a run whose lock was handed down to this process. Throws STORAGE_ERROR. */
  inherit(runId: string, fd: number): Promise<HeldRun>
  /** Takes over a run that nobody holds: undefined when there is none, `held` by somebody. */
  adopt(runId: string): Promise<HeldRun | 'held' | undefined>
  /** All of them, in no order; those whose record exists are tidied away. Throws STORAGE_ERROR. */
  list(): Promise<ActiveRun[]>
  find(runId: string): Promise<ActiveRun | undefined>
  watch(runId: string): Promise<RunWatch | undefined>
  /** Leaves word for the process that holds a run. */
  askToStop(runId: string): Promise<void>
  /** Whether a process is the one that holds a run. */
  isHeldBy(runId: string, pid: number): boolean
}

export type BatteryScope = 'global' | 'local'

export interface Battery {
  key: string
  value: string
  scope: BatteryScope
}

export interface BatteryStore {
  readonly hasLocal: boolean
  /** Global ones by key, then local ones. Throws STORAGE_ERROR for an unreadable file. */
  list(): Promise<Battery[]>
  /** What a press gets: global overlaid by local. */
  effective(): Promise<Record<string, string>>
  set(key: string, value: string, scope: BatteryScope): Promise<void>
  /** False when it was not there. */
  remove(key: string, scope: BatteryScope): Promise<boolean>
}

export interface SettingsStore {
  /** Throws STORAGE_ERROR for an unreadable file. */
  read(): Promise<Settings>
  update(change: (settings: Settings) => void): Promise<void>
}

export interface LifecycleStore {
  /** Adds an event to history.json under its lock. Throws STORAGE_ERROR. */
  append(event: LifecycleEvent): Promise<void>
  list(): Promise<LifecycleEvent[]>
  /** Logs what a command did, with the target's folder as it is now. Throws STORAGE_ERROR. */
  logChange(change: LocalChange): Promise<void>
  /** Logs an edit by hand when the folder differs from the target's latest event. Never throws. */
  noticeEdit(target: LocalTarget): Promise<void>
}

/** One of the places of a queue; free again when released or when its holder dies. */
export interface Slot {
  release(): void
}

/** A place in the line of those who wait for a slot; gone when its holder leaves or dies. */
export interface Ticket {
  /** How many came earlier and still wait. Throws STORAGE_ERROR. */
  ahead(): Promise<number>
  leave(): void
}

export interface TunnelStore {
  /** The quick tunnel when nothing was set up. Throws STORAGE_ERROR for an unreadable file. */
  read(): Promise<TunnelConfig>
  /** Whether there is a file at all. */
  isSet(): Promise<boolean>
  write(config: TunnelConfig): Promise<void>
  remove(): Promise<void>
}

/** What others read about the process that fires schedules. */
export interface SchedulerFacts {
  instance: string
  addr: string
  started_at: string
}

export interface ScheduleSlot extends Slot {
  /** What others read from now on. */
  note(facts: SchedulerFacts): void
}

/** Slots of queues by directory name (core/queue/directory.ts), shared with older programs. */
export interface SlotStore {
  /** The first free slot, or undefined while all are taken. Throws STORAGE_ERROR. */
  tryTake(queue: string, concurrency: number): Promise<Slot | undefined>
  /** Whether somebody may be waiting in line. */
  hasLine(queue: string): Promise<boolean>
  /** Joins the line behind everybody who waits. Throws STORAGE_ERROR. */
  join(queue: string): Promise<Ticket>
  /** Whether more than this many slots were ever used. */
  exceeds(queue: string, concurrency: number): Promise<boolean>
}

export interface KeyEntry {
  button: string
  args: Readonly<Record<string, string>>
  /** How long the entry lives. */
  ttlMs: number
  result: PressResult
}

/** An idempotency key that this press alone may use until it releases it. */
export interface KeyClaim {
  /** The live entry of the key; an expired or unreadable one is dropped. Throws STORAGE_ERROR. */
  find(): Promise<IdempotencyEntry | undefined>
  /** Stores the answer, and drops a few expired ones of other keys. Throws STORAGE_ERROR. */
  keep(entry: KeyEntry): Promise<void>
  release(): void
}

export interface IdempotencyStore {
  /** Claims a key, or undefined while another press holds it. Throws STORAGE_ERROR. */
  tryClaim(key: string): Promise<KeyClaim | undefined>
  /** The `args_hash` of arguments. */
  hashArgs(args: Readonly<Record<string, string>>): string
  /** Drops the entries of a button; gives their number. */
  removeOf(button: string): Promise<number>
}
