// Remembering, behind one interface: nothing above this room knows whether it is files and SQLite
// or something else. Times are UTC texts or epoch milliseconds as the names say.

import type { Button } from '#spec/button.ts'
import type { LifecycleEvent } from '#spec/lifecycle.ts'
import type { Run, Target } from '#spec/run.ts'
import type { Settings } from '#spec/settings.ts'

export interface Store {
  readonly place: Place
  readonly buttons: ButtonStore
  readonly runs: RunStore
  readonly batteries: BatteryStore
  readonly settings: SettingsStore
  readonly lifecycle: LifecycleStore
  /** Creates what every command relies on: the data directory with `buttons` and `drawers`. */
  prepare(): Promise<void>
  /** Brings the index up to date with what was recorded; never throws. Call once output is out. */
  settle(): Promise<void>
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

export interface ButtonStore {
  /** Slugs the name. Throws VALIDATION_ERROR for a name that leads nowhere or an unreadable spec. */
  find(name: string): Promise<StoredButton | undefined>
  list(): Promise<ButtonListing>
  /** Names of all button folders with a spec, sorted, without reading the specs. */
  names(): Promise<string[]>
  /** Creates the folder with all its files at once. Throws VALIDATION_ERROR when it exists. */
  create(name: string, files: readonly NewFile[]): Promise<StoredButton>
  /** Rewrites the spec through `change`; keys it does not touch survive. */
  update(name: string, change: (file: Record<string, unknown>) => void): Promise<StoredButton>
  /** Removes the folder with its history; false when it was not there. */
  remove(name: string): Promise<boolean>
  /** The instruction file: AGENT.md, else AGENTS.md, else undefined (and where it would be). */
  readInstructions(name: string): Promise<{ path: string; text: string | undefined }>
  /** What else has this name: a drawer or an app. */
  findHomonym(name: string): Promise<'drawer' | 'app' | undefined>
}

/** A place among the records of a target, taken when the press started. */
export interface RunClaim {
  startedMs: number
  /** Set once a progress file has been created under this stem. */
  stem?: string
  progressPath?: string
}

export interface RunQuery {
  target?: Target
  /** No limit when absent. */
  limit?: number
  failedOnly?: boolean
}

export interface RunStore {
  /** Creates the progress file and with it takes a stem; without both when it cannot. */
  claimProgress(target: Target, startedMs: number): Promise<RunClaim>
  /** Writes the record, the truth, and prunes. Throws STORAGE_ERROR. */
  record(target: Target, claim: RunClaim, run: Run): Promise<void>
  /** Newest first. */
  list(query: RunQuery): Promise<Run[]>
  /** Path of the newest progress file of a target, or undefined. */
  findProgress(target: Target): Promise<string | undefined>
  /** Number of stored records of a button. */
  count(target: Target): Promise<number>
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
}
