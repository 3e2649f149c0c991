// What lives in the host beside the REST API: webhooks with their inbox, schedules, watches, the
// tunnel, the wake receiver. The host mounts them through this; it knows nothing else about them.

import type { PublishedRoute, SchedulerState, ShadowedRoute } from '#spec/serve.ts'
import type { Delivery, DeliveryPlan } from '#spec/delivery.ts'
import type { Hosting } from './hosting.ts'
import type { Call, Route } from './route.ts'

/**
 * Opens the parts before the host listens; what it throws keeps the host from starting. Nothing of
 * it may run yet: work begins with `start`.
 */
export type OpenParts = (hosting: Hosting) => Promise<HostParts>

export interface HostParts {
  /** System routes: deliveries, triggers, wake, the registry. */
  readonly routes: readonly Route[]
  /**
   * The webhook that owns exactly this path, percent-decoded, or undefined. Asked for every request
   * that no system route answers, with any method; the table behind it may change at any time.
   */
  findWebhook(path: string): WebhookRoute | undefined
  /** Answers what neither routes nor webhooks do (`webhook listen`); absent: 404. */
  fallback?(call: Call): Response | Promise<Response>
  /** Accepts a press to be done later, committed when it resolves; absent: presses are synchronous. */
  accept?(press: AcceptedPress): Promise<void>
  /** What has been accepted as this run, also when it has not begun or never did. */
  findAccepted?(runId: string): Delivery | undefined
  /** Accepted runs that have not begun, the newest first. */
  listAccepted?(limit: number): Delivery[]
  /** Cancels what was accepted and has not begun; false when it has. */
  withdraw?(runId: string): Promise<boolean>
  /** The host listens at this address and has said so: recover, claim, schedule, open the tunnel. */
  start(address: string): Promise<void>
  /** Claim and fire nothing more; resolves when everything running has ended or `signal` aborts. */
  drain(signal: AbortSignal): Promise<void>
  /** After `drain`: what still runs is ended, its deliveries go back, files are closed. */
  close(): Promise<void>
  status(): PartsStatus
  /** Further lines of /metrics, in the Prometheus text format, each family with HELP and TYPE. */
  metrics(): string
}

export interface WebhookRoute {
  /** What metrics are counted under: the stored path. */
  path: string
  handle(call: Call): Response | Promise<Response>
}

export interface AcceptedPress {
  runId: string
  kind: 'button' | 'drawer'
  name: string
  /** What is pressed and how. */
  plan: DeliveryPlan
}

export interface PartsStatus {
  /** For the start-up output; `webhook_routes` counts those of buttons and drawers. */
  webhookRoutes: number
  publicBase: string
  routes: readonly PublishedRoute[]
  shadowed: readonly ShadowedRoute[]
  scheduler: SchedulerState
  /** For /readyz: what is not all right, by check; absent checks do not apply. */
  checks: Partial<Record<'inbox' | 'scheduler' | 'tunnel' | 'disk', boolean>>
  /** The token of /healthz, when the surface shall see it. */
  healthToken?: string
  /** Host names of the tunnel, without port: requests for them are public. */
  publicHosts: readonly string[]
  /** A tunnel is running: what Cloudflare's headers say of the client is believed. */
  tunnelRunning: boolean
}

/** A host with nothing beside the REST API; also what it has until its parts are open. */
export const noParts: HostParts = {
  routes: [],
  findWebhook: () => undefined,
  start: async () => {},
  drain: async () => {},
  close: async () => {},
  status: () => ({
    webhookRoutes: 0,
    publicBase: '',
    routes: [],
    shadowed: [],
    scheduler: 'off',
    checks: {},
    publicHosts: [],
    tunnelRunning: false,
  }),
  metrics: () => '',
}
