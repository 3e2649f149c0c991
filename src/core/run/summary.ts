// The overview of a data directory (cli.md 8.27), made of what the store holds.

import type { ArgDef, Button } from '#spec/button.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Drawer, InputDef, Trigger } from '#spec/drawer.ts'
import type { Step } from '#spec/steps.ts'
import type { Run } from '#spec/run.ts'
import type { RunHandle } from '#spec/runs.ts'
import { formatAge } from '#core/time/format.ts'
import { truncate } from '#core/text/truncate.ts'
import { describeFailure, failureCode } from './failure.ts'
import { findFailedStep } from './failedStep.ts'
import type { StoredRun } from './stored.ts'

export interface Summary {
  version: string
  data_dir: string
  profile: string
  counts: { buttons: number; drawers: number; failures_recent: number }
  buttons: ButtonSummary[]
  drawers: DrawerSummary[]
  /** In progress and interrupted ones, the newest first. */
  active_runs: RunHandle[]
  schedules: []
  recent_failures: FailureSummary[]
  webhook: WebhookSummary
}

export interface ButtonSummary {
  name: string
  description: string
  runtime: string
  args: ArgDef[]
  timeout_seconds: number
  output_schema_ref?: string
  output_schema?: unknown
  tags?: string[]
  version?: string
  recent_runs: ButtonRunSummary[]
}

export interface ButtonRunSummary {
  id: string
  status: string
  duration_ms: number
  started_ago: string
  error?: { code: string }
}

export interface DrawerSummary {
  name: string
  description: string
  inputs: InputDef[]
  /** Ids of the steps, or of the stages of a flow. */
  topology: string[]
  steps?: Step[]
  triggers?: TriggerSummary[]
  recent_runs: DrawerRunSummary[]
}

export interface DrawerRunSummary {
  run_id: string
  status: string
  duration_ms: number
  started_at: string
  error_type?: string
}

export interface TriggerSummary {
  kind: string
  path: string
  auth_type: string
  /** Only with a named tunnel. */
  url?: string
}

export interface FailureSummary {
  run_id: string
  /** `button/<name>`, `drawer/<name>` */
  target: string
  failed_step: string
  error: { code: string; message: string }
  started_at: string
  started_ago: string
}

export interface WebhookSummary {
  mode: 'quick' | 'named'
  routes: { drawer: string; path: string; auth_type: string; url?: string }[]
  route_count: number
  listen_hint: string
  hostname?: string
  base_url?: string
}

/** `deep` shows the output schema itself in place of its name. */
export function summarizeButton(
  button: Button,
  runs: readonly Run[],
  now: number,
  deep: boolean,
): ButtonSummary {
  const { name, output_schema: schema } = button
  return {
    name,
    description: button.description ?? '',
    runtime: button.runtime || 'shell',
    args: button.args ?? [],
    timeout_seconds: button.timeout_seconds,
    ...(schema != null &&
      (deep ? { output_schema: schema } : { output_schema_ref: `${name}.output` })),
    ...(button.tags && { tags: button.tags }),
    ...(button.version && { version: button.version }),
    recent_runs: runs.map((run) => summarizeRun(run, name, now)),
  }
}

function summarizeRun(run: Run, name: string, now: number): ButtonRunSummary {
  const code = failureCode({ kind: 'button', name, file: '', run })
  return {
    id: shortId(run.started_at),
    status: run.status,
    duration_ms: run.duration_ms,
    started_ago: ago(run.started_at, now),
    ...(run.status !== 'ok' && { error: { code } }),
  }
}

/** `host` is that of a named tunnel, or empty; `deep` adds the steps. */
export function summarizeDrawer(
  drawer: Drawer,
  runs: readonly DrawerRun[],
  host: string,
  deep: boolean,
): DrawerSummary {
  const triggers = (drawer.triggers ?? []).map((trigger) => summarizeTrigger(trigger, host))
  return {
    name: drawer.name,
    description: drawer.description ?? '',
    inputs: drawer.inputs ?? [],
    topology: (drawer.steps ?? drawer.flow?.stages ?? []).map(({ id }) => id),
    ...(deep && drawer.steps && { steps: drawer.steps }),
    ...(triggers.length > 0 && { triggers }),
    recent_runs: runs.map((run) => ({
      run_id: run.run_id ?? shortId(run.started_at),
      status: run.status,
      duration_ms: run.duration_ms,
      started_at: run.started_at,
      ...(run.error_type && { error_type: run.error_type }),
    })),
  }
}

function summarizeTrigger({ kind, path = '', auth }: Trigger, host: string): TriggerSummary {
  return {
    kind,
    path,
    auth_type: auth?.type || 'none',
    ...(host !== '' && path !== '' && { url: `https://${host}${path}` }),
  }
}

export function summarizeWebhooks(drawers: readonly DrawerSummary[], host: string): WebhookSummary {
  const routes = drawers.flatMap(({ name, triggers = [] }) =>
    triggers
      .filter(({ kind }) => kind === 'webhook')
      .map(({ path, auth_type, url }) => ({
        drawer: name,
        path,
        auth_type,
        ...(url !== undefined && { url }),
      })),
  )
  return {
    mode: host === '' ? 'quick' : 'named',
    routes,
    route_count: routes.length,
    listen_hint: 'buttons webhook listen',
    ...(host !== '' && { hostname: host, base_url: `https://${host}` }),
  }
}

const messageBytes = 200

export function summarizeFailure(stored: StoredRun, now: number): FailureSummary {
  const { run } = stored
  return {
    run_id:
      stored.kind === 'drawer' && stored.run.run_id ? stored.run.run_id : shortId(run.started_at),
    target: `${stored.kind}/${stored.name}`,
    failed_step: stored.kind === 'drawer' ? (findFailedStep(stored.run)?.id ?? '') : '',
    error: {
      code: failureCode(stored),
      message: truncate(describeFailure(stored), messageBytes, '…'),
    },
    started_at: run.started_at,
    started_ago: ago(run.started_at, now),
  }
}

/** The start as `YYYYMMDD-HHMMSS`, by which button runs are named here. */
function shortId(startedAt: string): string {
  return startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

function ago(startedAt: string, now: number): string {
  return formatAge(now - Date.parse(startedAt))
}
