// What is counted of webhooks, the inbox, schedules and watches (serve.md 9.9).

import type { Observer } from '#trigger/context.ts'
import type { TriggerEngine } from '#trigger/engine.ts'
import type { Hosting } from '../hosting.ts'
import { counter, type Family, gauge, histogram } from './families.ts'

export interface TriggerMetrics {
  observe: Observer
  render(engine: TriggerEngine): string
}

export function openTriggerMetrics(hosting: Hosting): TriggerMetrics {
  const { metrics, failedLogins, audit, machine } = hosting
  const deliveries = counter({
    name: 'buttons_webhook_deliveries_total',
    help: 'Deliveries to webhooks.',
    labels: ['path', 'result'],
  })
  const commits = histogram({
    name: 'buttons_inbox_commit_seconds',
    help: 'Time of a commit to the inbox.',
    labels: [],
  })
  const labels = ['kind', 'target']
  const fires = counter({
    name: 'buttons_trigger_fires_total',
    help: 'Fires of schedules and watches.',
    labels,
  })
  const skipped = counter({
    name: 'buttons_trigger_skipped_total',
    help: 'Fires that were skipped or lost.',
    labels,
  })
  const lag = histogram({
    name: 'buttons_trigger_lag_seconds',
    help: 'How much later than planned a schedule fired.',
    labels,
  })
  const observe: Observer = {
    delivery: (path, result) => deliveries.add([path, result]),
    committed: (seconds) => commits.observe([], seconds),
    fired: ({ kind, name }, seconds) => {
      fires.add([kind, name])
      lag.observe([kind, name], seconds)
    },
    skippedFire: ({ kind, name }) => skipped.add([kind, name]),
    authFailed: (client, reason) => {
      metrics.authFailed('public', reason)
      return failedLogins.tooMany(client)
    },
    reloaded: () => audit.record({ actor: 'anonymous', action: 'reload', status: 'ok' }),
  }
  const families: Family[] = [deliveries, commits, fires, skipped, lag]
  return {
    observe,
    render: (engine) =>
      [...families, ...inboxGauges(engine, machine.clock.now())]
        .map((one) => one.render())
        .join(''),
  }
}

function inboxGauges(engine: TriggerEngine, nowMs: number): Family[] {
  const { pending, bytes, oldestMs = nowMs } = engine.stats()
  const one = (name: string, help: string, value: number) =>
    gauge({ name, help, labels: [] }, () => [[[], value]])
  return [
    one('buttons_inbox_pending', 'Deliveries that wait.', pending),
    one('buttons_inbox_oldest_seconds', 'Age of the oldest of them.', (nowMs - oldestMs) / 1000),
    one('buttons_inbox_bytes', 'Bytes of their bodies.', bytes),
  ]
}
