// Runs by their handle: everything that can be done with one, given the rooms it takes.

import type { DetachedRequest, DetachedRun, RunOutcome, RunPage, RunsQuery } from '#spec/runs.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest, StreamName } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { pressButtonAgain } from './again.ts'
import { type CancelAnswer, cancelRun } from './cancel.ts'
import { detachRun } from './detach.ts'
import { listRuns } from './list.ts'
import { type OutputRequest, showOutput } from './output.ts'
import { performRun, type Signals } from './perform.ts'
import {
  detachResume,
  pressOnce,
  type ResumeOptions,
  type ResumeRequest,
  resumeRun,
} from './resume.ts'
import {
  detachRetry,
  type RetryOptions,
  type Retried,
  type RetryRequest,
  retryRun,
} from './retry.ts'
import type { Rooms } from './rooms.ts'
import { type RunDetails, showRun } from './show.ts'
import { type WaitRequest, waitForRuns } from './wait.ts'

export interface RunDesk {
  list(query: RunsQuery): Promise<RunPage>
  show(runId: string): Promise<RunDetails>
  /** Starts a run that lives on by itself. */
  detach(work: DetachedRequest): Promise<DetachedRun>
  /** The other end of `detach`, in the new process. */
  perform(runId: string, signals: Signals): Promise<void>
  wait(request: WaitRequest): Promise<RunOutcome[]>
  cancel(runId: string): Promise<CancelAnswer>
  /** Goes on with the run of a drawer whose process died. */
  resume(request: ResumeRequest, options: ResumeOptions): Promise<DrawerResult>
  detachResume(request: ResumeRequest): Promise<DetachedRun>
  /** Runs a drawer under an id that a process which died may have begun with. */
  pressOnce(request: DrawerRequest & { runId: string }): Promise<DrawerResult>
  /** The same for a button. */
  pressButtonAgain(request: PressRequest & { runId: string }): Promise<PressResult>
  retry(retry: RetryRequest, options: RetryOptions): Promise<Retried>
  detachRetry(retry: RetryRequest, options: RetryOptions): Promise<DetachedRun>
  output(
    request: OutputRequest,
    write: (stream: StreamName, bytes: Uint8Array) => void,
  ): Promise<void>
}

export function openDesk(rooms: Rooms): RunDesk {
  return {
    list: (query) => listRuns(query, rooms),
    show: (runId) => showRun(runId, rooms),
    detach: (work) => detachRun(work, rooms),
    perform: (runId, signals) => performRun(runId, signals, rooms),
    wait: (request) => waitForRuns(request, rooms),
    cancel: (runId) => cancelRun(runId, rooms),
    resume: (request, options) => resumeRun(request, options, rooms),
    detachResume: (request) => detachResume(request, rooms),
    pressOnce: (request) => pressOnce(request, rooms),
    pressButtonAgain: (request) => pressButtonAgain(request, rooms),
    retry: (retry, options) => retryRun(retry, options, rooms),
    detachRetry: (retry, options) => detachRetry(retry, options, rooms),
    output: (request, write) => showOutput(request, write, rooms),
  }
}
