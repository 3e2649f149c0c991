// Buttons and their history on another host.

import type { Button } from '#spec/button.ts'
import { limits } from '#spec/limits.ts'
import type { Run } from '#spec/run.ts'
import type { RunHandle, RunPage } from '#spec/runs.ts'
import { ask, type RemotePlace } from './call.ts'
import { pathOf } from './press.ts'
import { queryOf } from './runs.ts'

export async function listButtons(place: RemotePlace): Promise<Button[]> {
  return (await ask<{ buttons: Button[] }>(place, { path: '/api/buttons' })).buttons
}

/** How long a press of a button may take there, seconds; undefined when that cannot be told. */
export async function findTimeout(
  button: string,
  asked: number | undefined,
  place: RemotePlace,
): Promise<number | undefined> {
  try {
    const { timeout_seconds: own } = await ask<Button>(place, { path: pathOf('buttons', button) })
    return Math.min(asked !== undefined && asked > 0 ? asked : own, limits.apiPressSeconds)
  } catch {
    return undefined
  }
}

export interface HistoryQuery {
  /** All buttons when absent. */
  button?: string
  limit?: number
  failedOnly?: boolean
}

type Expanded = RunHandle & { record?: Run }

/** Runs of buttons with their records, newest first; `[]` for a button that is not there. */
export async function listHistory(
  { button, limit = Infinity, failedOnly }: HistoryQuery,
  place: RemotePlace,
): Promise<Run[]> {
  const found: Run[] = []
  let cursor: string | undefined
  do {
    const query = queryOf({
      limit: Math.min(limit, pageSize),
      ...(button !== undefined && { target: `button/${button}` }),
      ...(cursor !== undefined && { cursor }),
    })
    const page: RunPage = await ask(place, { path: `/api/runs?${query}&expand=records` })
    for (const { target, record } of page.runs as Expanded[])
      if (record && target.startsWith('button/') && (!failedOnly || record.status !== 'ok'))
        found.push(record)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && found.length < limit)
  return found.slice(0, limit)
}

const pageSize = 100
