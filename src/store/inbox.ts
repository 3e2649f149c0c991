// The inbox: the only copy of work that was accepted and is not done yet. What `accept` has resolved
// for survives any crash; what is claimed by a host that dies is claimed by another.

import type {
  Delivery,
  DeliveryOutcome,
  DeliveryPlan,
  DeliverySource,
  DeliveryStatus,
} from '#spec/delivery.ts'
import type { Target } from '#spec/run.ts'

export interface InboxOptions {
  /** Names this process among the hosts of the workspace. */
  instance: string
  /** Deliveries and bytes that may wait. */
  maxPending: number
  maxPendingBytes: number
  /** How long finished deliveries are kept, milliseconds. */
  retainMs: number
  /** Hears how long each commit took, milliseconds, and how much was in it. */
  onCommit?(ms: number, acts: number): void
}

export interface NewDelivery {
  /** Names the trigger: dedupe and concurrency are counted by it. */
  lane: string
  target: Target
  source: Exclude<DeliverySource, 'replay'>
  path: string
  method: string
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  provider?: string | undefined
  dedupeKey?: string | undefined
  receivedMs: number
  client?: string | undefined
  /** Attempts when runs fail; what its host's death cuts short is counted apart. */
  maxAttempts: number
  /** Whether it is run again when its host died. */
  rerun: boolean
  /** Not before this, epoch milliseconds. */
  dueMs?: number
  /** Chosen by whoever must know it before the run starts. */
  runId?: string | undefined
  plan: DeliveryPlan
}

export type Acceptance =
  | { kind: 'accepted'; id: string }
  /** The sender sent it before; `id` is the first one's. */
  | { kind: 'duplicate'; id: string }
  | { kind: 'full'; why: 'rows' | 'bytes' | 'disk' }

/** A delivery that this process alone may run until it finishes or releases it. */
export interface Claim {
  readonly id: string
  readonly lane: string
  readonly target: Target
  readonly source: DeliverySource
  /** 1 at first. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly runId: string
  /** Proves that the claim is the latest one. */
  readonly fence: number
  readonly path: string
  readonly method: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedMs: number
  readonly replayed: boolean
  readonly plan: DeliveryPlan
}

export interface ClaimRequest {
  /** At most so many. */
  slots: number
  newRunId(): string
  /** How many of a lane may run at once, over all hosts; undefined for any number. */
  concurrencyOf(lane: string): number | undefined
}

export interface Recovered {
  /** Deliveries that will be run again. */
  again: number
  /** Deliveries that will not. */
  dead: number
}

export interface DeliveryQuery {
  status?: DeliveryStatus
  target?: string
  limit: number
  /** An id: what stands behind it is older. */
  before?: string
}

export interface InboxStats {
  pending: number
  running: number
  /** Of what is pending. */
  bytes: number
  /** When the oldest pending one came, epoch milliseconds. */
  oldestMs?: number
}

/** What may be seen and asked for without being a host. */
export interface InboxView {
  /** Newest first. */
  list(query: DeliveryQuery): Delivery[]
  find(id: string): Delivery | undefined
  /** The delivery that a run belongs to, begun or not. */
  findByRun(runId: string): Delivery | undefined
  /** Presses whose run has an id and has not begun, the newest first. */
  listPromised(limit: number): Delivery[]
  /** Runs an earlier delivery again, as a new one. Throws NOT_FOUND, or VALIDATION_ERROR. */
  replay(id: string): Promise<string>
  /** When each lane last accepted something, epoch milliseconds. */
  lastFires(): ReadonlyMap<string, number>
  stats(): InboxStats
}

export interface InboxStore extends InboxView {
  /** Resolves once it is on stable storage. Throws STORAGE_ERROR. */
  accept(delivery: NewDelivery): Promise<Acceptance>
  /** Claims what is due: the oldest of each lane, lane by lane in turn. Throws STORAGE_ERROR. */
  claim(request: ClaimRequest): Promise<Claim[]>
  /** False when the claim is not the latest one: another host has it. Throws STORAGE_ERROR. */
  finish(claim: Claim, outcome: DeliveryOutcome): Promise<boolean>
  /** To be tried again, not before `dueMs`. */
  retry(claim: Claim, dueMs: number, outcome: DeliveryOutcome): Promise<boolean>
  /** Gives a claim back, as if it had not been made but for its attempt. */
  release(claim: Claim): Promise<boolean>
  /** Cancels what has not begun; false when there is no such run, or it has. */
  withdraw(runId: string): Promise<boolean>
  /** Says that this host is alive; needed as long as it holds claims. */
  beat(): Promise<void>
  /** Takes back what dead hosts have claimed. Throws STORAGE_ERROR. */
  recover(): Promise<Recovered>
  /** Whether something of a lane waits or runs. */
  isBusy(lane: string): boolean
  /** Forgets what is finished and old. */
  prune(): Promise<void>
  /** Writes what is under way and closes; the host counts as gone. */
  close(): Promise<void>
}
