// webhook.json as far as addresses go: the host under which this machine is reached from outside.

import * as v from 'valibot'
import type { Host } from '#host/host.ts'
import { findJson } from './json.ts'

const webhookFileSchema = v.looseObject({
  mode: v.nullish(v.string()),
  hostname: v.nullish(v.string()),
})

/** The host name of a named tunnel, or '' in any other case. Throws STORAGE_ERROR when unreadable. */
export function readPublicHost(host: Host, dataDirectory: string): string {
  const file = findJson(host, `${dataDirectory}/webhook.json`, webhookFileSchema)
  return file?.mode === 'named' ? (file.hostname ?? '') : ''
}
