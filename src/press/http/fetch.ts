// Fetching a text for `import url`: a GET under the same guard as the press of an HTTP button.

import { networkSwitches } from '#core/http/guard.ts'
import { type HttpPlan, planRequest } from '#core/http/plan.ts'
import { refuseImport } from '#core/import/draft.ts'
import { formatSize } from '#core/size.ts'
import { build } from '#spec/build.ts'
import type { Host } from '#host/host.ts'
import { performRequest } from './perform.ts'

export interface FetchLimits {
  timeoutMs: number
  /** A longer answer is refused. */
  maxBytes: number
}

/** The body of an answer with status 200. Throws IMPORT_ERROR. */
export async function fetchText(url: string, limits: FetchLimits, host: Host): Promise<string> {
  const end = await performRequest(planFetch(url, limits, host), limits, host)
  if (end.status === 'timeout')
    throw refuseImport(url, `no complete answer within ${limits.timeoutMs / 1000} s`)
  if (end.exit_code === -1) throw refuseImport(url, end.stderr)
  if (end.exit_code !== 200)
    throw refuseImport(url, `the server answered ${end.stderr || `HTTP ${end.exit_code}`}`)
  if (end.truncated)
    throw refuseImport(url, `the answer is larger than ${formatSize(limits.maxBytes)}`)
  return end.stdout
}

function planFetch(url: string, { maxBytes }: FetchLimits, { env }: Host): HttpPlan {
  const { allowPrivate } = networkSwitches(env)
  const context = { allowPrivate, allowAnyHost: false, batteries: {}, env, version: build.version }
  try {
    return planRequest({ url, max_response_bytes: maxBytes }, {}, context)
  } catch (error) {
    throw refuseImport(url, (error as Error).message)
  }
}
