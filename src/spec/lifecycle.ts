// history.json: what happened to buttons and packages, in the order of appending (buttons.md 8).

import * as v from 'valibot'

export const lifecycleActions = [
  'add',
  'install',
  'remove',
  'create',
  'edit',
  'update',
  'delete',
  'rollback',
  'resolve_failed',
] as const
export type LifecycleAction = (typeof lifecycleActions)[number]

export interface LifecycleDependency {
  name: string
  kind?: string
  requested?: string
  version?: string
  content_hash?: string
  installed_name?: string
}

export interface LifecycleEvent {
  action: LifecycleAction
  /** Now, when absent. */
  occurred_at?: string
  package_name?: string
  requested?: string
  installed?: string[]
  dependencies?: LifecycleDependency[]
  /** `button/<slug>`, `drawer/<slug>`, `app/<slug>` */
  target?: string
  /** Hash of the target's folder after the action; absent when it is gone. */
  folder_hash?: string
  /** For `edit`: a command rewrote the spec, or somebody changed the file by hand. */
  origin?: 'command' | 'file'
  error?: string
}

/** Something on this machine, as opposed to a package of a registry. */
export interface LocalTarget {
  kind: 'button' | 'drawer' | 'app'
  /** Its folder. */
  name: string
}

/** What a command did to a local target; becomes an event. */
export interface LocalChange {
  action: 'create' | 'edit' | 'delete'
  target: LocalTarget
}

export const lifecycleFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  events: v.nullish(v.array(v.looseObject({ action: v.string() }))),
})
