// What this host counts of itself (serve.md 9.9). Parts that it mounts bring their own families.

import { build } from '#spec/build.ts'
import type { Clock, Platform } from '#host/host.ts'
import type { LiveRun } from '../live/run.ts'
import type { RunSource } from '../live/runs.ts'
import { counter, type Family, gauge, histogram } from './families.ts'

export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void
  /** A run has ended. */
  run(run: LiveRun, status: string, seconds: number): void
  authFailed(surface: 'public' | 'private' | 'registry', reason: string): void
  /** Readers of event streams. */
  subscribers: number
  render(): string
}

export interface MetricsSource {
  clock: Clock
  platform: Platform
  running(): readonly LiveRun[]
  shadowed(): number
}

export function openMetrics({ clock, platform, running, shadowed }: MetricsSource): Metrics {
  const startedSeconds = clock.now() / 1000
  const requests = counter({
    name: 'buttons_http_requests_total',
    help: 'Requests answered.',
    labels: ['route', 'method', 'code'],
  })
  const durations = histogram({
    name: 'buttons_http_request_duration_seconds',
    help: 'Time from the arrival of a request to its answer.',
    labels: ['route'],
  })
  const runs = counter({
    name: 'buttons_runs_total',
    help: 'Runs that ended.',
    labels: ['kind', 'target', 'status', 'source'],
  })
  const runDurations = histogram({
    name: 'buttons_run_duration_seconds',
    help: 'Duration of runs.',
    labels: ['kind', 'source'],
  })
  const authFailures = counter({
    name: 'buttons_auth_failures_total',
    help: 'Requests refused for their credentials.',
    labels: ['surface', 'reason'],
  })
  const families: Family[] = [
    gauge({ name: 'buttons_build_info', help: 'This program.', labels: ['version'] }, () => [
      [[build.version], 1],
    ]),
    requests,
    durations,
    runs,
    runDurations,
    gauge({ name: 'buttons_runs_in_flight', help: 'Runs that go on.', labels: ['source'] }, () =>
      countSources(running()),
    ),
    authFailures,
    gauge(
      { name: 'buttons_event_stream_subscribers', help: 'Readers of event streams.', labels: [] },
      () => [[[], metrics.subscribers]],
    ),
    gauge(
      { name: 'buttons_shadowed_routes', help: 'Stored paths that are not served.', labels: [] },
      () => [[[], shadowed()]],
    ),
    gauge({ name: 'process_start_time_seconds', help: 'Start of the process.', labels: [] }, () => [
      [[], startedSeconds],
    ]),
    gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.', labels: [] }, () => [
      [[], platform.usage().residentBytes],
    ]),
    gauge({ name: 'process_open_fds', help: 'Open files.', labels: [] }, () => [
      [[], platform.usage().openFiles],
    ]),
  ]
  const metrics: Metrics = {
    subscribers: 0,
    request: (route, method, status, seconds) => {
      requests.add([route, method, String(status)])
      durations.observe([route], seconds)
    },
    run: ({ kind, name, source }, status, seconds) => {
      runs.add([kind, name, status, source])
      runDurations.observe([kind, source], seconds)
    },
    authFailed: (surface, reason) => authFailures.add([surface, reason]),
    render: () => families.map((family) => family.render()).join(''),
  }
  return metrics
}

function countSources(runs: readonly LiveRun[]): [string[], number][] {
  const counts = new Map<RunSource, number>()
  for (const { source } of runs) counts.set(source, (counts.get(source) ?? 0) + 1)
  return [...counts].map(([source, count]) => [[source], count])
}
