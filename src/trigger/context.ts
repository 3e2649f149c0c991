// What the engine that starts presses without a person is handed by its host.

import type { Environment } from '#spec/env.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { DeliverySource } from '#spec/delivery.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult, Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface EngineContext {
  host: Host
  store: Store
  /** As the host was started: `$ENV{}` in triggers reads it. */
  env: Environment
  /** 16 hex characters, new with every start. */
  instance: string
  settings: EngineSettings
  /** Presses by the one pipeline, and keeps the run visible while it goes on. */
  press(start: RunStart, request: PressRequest): Promise<PressResult>
  pressDrawer(start: RunStart, request: DrawerRequest): Promise<DrawerResult>
  log: EngineLog
  observe: Observer
}

export interface EngineSettings {
  /** Webhooks of drawers alone, at more paths, as `webhook listen` has them. */
  listenOnly: boolean
  /** Webhooks, schedules and watches; without them only accepted presses are run. */
  triggers: boolean
  scheduler: boolean
  /** Somebody may call `/wake`: then no drawer can have that path. */
  wakes: boolean
  allowHttpButtons: boolean
  maxRuns: number
  maxWebhookBody: number
  inboxMax: number
  inboxMaxBytes: number
  retainMs: number
}

export interface RunStart {
  runId: string
  target: Target
  source: DeliverySource
  deliveryId: string
  /** It is not the first attempt. */
  again: boolean
  /** Ends the run early; the run has further reasons of its own to end. */
  signal: AbortSignal
}

export interface EngineLog {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/** What happened, for whoever counts. */
export interface Observer {
  delivery(path: string, result: WebhookResult): void
  committed(seconds: number): void
  fired(target: Target, lagSeconds: number): void
  skippedFire(target: Target): void
  /** True: this client has failed too often lately. */
  authFailed(client: string, reason: string): boolean
  reloaded(): void
}

export type WebhookResult =
  'accepted' | 'duplicate' | 'skipped' | 'auth_failed' | 'too_large' | 'rejected'
