// Gathers the overview of a data directory.

import {
  type ButtonSummary,
  type DrawerSummary,
  summarizeButton,
  summarizeDrawer,
  summarizeFailure,
  summarizeWebhooks,
  type Summary,
} from '#core/run/summary.ts'
import { handleOfActive } from '#core/run/handle.ts'
import { build } from '#spec/build.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { RunQuery, Store } from '#store/store.ts'

interface Rooms {
  host: Host
  store: Store
}

/** `deep`: output schemas, drawer steps and all runs instead of the newest few. */
export async function summarize(deep: boolean, { host, store }: Rooms): Promise<Summary> {
  const recent: RunQuery = deep ? {} : { limit: limits.summaryRuns }
  const now = host.clock.now()
  const publicHost = await store.publicHost()
  const buttons = await summarizeButtons(recent, now, deep, store)
  const drawers = await summarizeDrawers(recent, publicHost, deep, store)
  const newest = await store.runs.listStored({ limit: limits.summaryWindow })
  const failures = newest
    .filter(({ run }) => run.status !== 'ok')
    .slice(0, limits.summaryFailures)
    .map((stored) => summarizeFailure(stored, now))
  return {
    version: build.version,
    data_dir: store.place.dataDirectory,
    profile: host.env['BUTTONS_PROFILE'] ?? '',
    counts: {
      buttons: buttons.length,
      drawers: drawers.length,
      failures_recent: failures.length,
    },
    buttons,
    drawers,
    active_runs: (await store.active.list())
      .map(({ entry }) => handleOfActive(entry))
      .sort((a, b) => (a.started_at < b.started_at ? 1 : -1)),
    schedules: [],
    recent_failures: failures,
    webhook: summarizeWebhooks(drawers, publicHost),
  }
}

async function summarizeButtons(
  recent: RunQuery,
  now: number,
  deep: boolean,
  { buttons, runs }: Store,
): Promise<ButtonSummary[]> {
  const summaries: ButtonSummary[] = []
  for (const { button } of (await buttons.list()).buttons) {
    const target = { kind: 'button', name: button.name } as const
    summaries.push(summarizeButton(button, await runs.list({ target, ...recent }), now, deep))
  }
  return summaries
}

async function summarizeDrawers(
  recent: RunQuery,
  publicHost: string,
  deep: boolean,
  { drawers, runs }: Store,
): Promise<DrawerSummary[]> {
  const summaries: DrawerSummary[] = []
  for (const { drawer } of (await drawers.list()).drawers) {
    const target = { kind: 'drawer', name: drawer.name } as const
    const stored = await runs.listStored({ target, ...recent })
    const found = stored.flatMap((one) => (one.kind === 'drawer' ? [one.run] : []))
    summaries.push(summarizeDrawer(drawer, found, publicHost, deep))
  }
  return summaries
}
