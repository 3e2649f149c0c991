// What the parts of one running host share.

import type { ServeSettings } from '#spec/serve.ts'
import type { Environment } from '#spec/env.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import type { HostedApps } from '#workspace/apps/hosted.ts'
import type { App } from '../app.ts'
import type { ApiKey } from '#core/serve/apiKey.ts'
import type { Audit } from './audit.ts'
import type { Counts } from './counts.ts'
import type { FailedLogins } from './failedLogins.ts'
import type { Gate } from './gate.ts'
import type { LiveRuns } from './live/runs.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Quiet } from './quiet.ts'
import type { HostParts } from './parts.ts'

export interface Hosting {
  /** Its children do not see the secrets of this host. */
  readonly app: App
  readonly machine: Host
  readonly store: Store
  readonly settings: ServeSettings
  /** As the host was started, secrets included. */
  readonly env: Environment
  /** 16 hex characters, new with every start. */
  readonly instance: string
  readonly role: HostRole
  /** Absent: no key is asked for. */
  readonly key: ApiKey | undefined
  /** Listens on a socket file: nobody but its users can come in. */
  readonly local: boolean
  /** Only this machine can come in. */
  readonly loopback: boolean
  readonly log: Log
  readonly audit: Audit
  readonly metrics: Metrics
  /** Presses through the API at once. */
  readonly gate: Gate
  /** Everything that runs in this process, button and drawer, whoever started it. */
  readonly runs: LiveRuns
  readonly failedLogins: FailedLogins
  /** Requests per minute and caller; absent: any number. */
  readonly rate: { limit: number; counts: Counts } | undefined
  /** Host names under which strangers reach us, as configured; lower-case, without port. */
  readonly publicHosts: readonly string[]
  /** Apps while they are served; opened with the first that is asked for. */
  readonly apps: { open(): Promise<HostedApps>; close(): Promise<void> }
  /** Set before the host listens. */
  parts: HostParts
  /** Set when the first signal came. */
  draining: boolean
  /** Lets the run index follow what was recorded, soon and together with others. */
  settleSoon(): void
  readonly quiet: Quiet
  /** Removes the files that are kept for runs to come. */
  dropSpares(): void
}

/** `listen`: webhooks only, as `buttons webhook listen` offers them. */
export type HostRole = 'serve' | 'listen'
