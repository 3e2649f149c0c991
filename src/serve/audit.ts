// audit.jsonl: who did what to this host (serve.md 9.10). Never arguments, bodies, header values or
// secrets. Kept apart from the log, since it has to outlive whoever reads that.

import { formatTime } from '#core/time/format.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { Facts } from './facts.ts'
import type { Log } from './log.ts'

export interface AuditEntry {
  request_id?: string
  /** `key:<8 hex>`, `anonymous`, `trigger:<kind>`, `webhook:<auth type>` */
  actor: string
  client?: string
  surface?: 'public' | 'private'
  action: AuditAction
  target?: string
  delivery_id?: string
  run_id?: string
  /** `ok`, `error`, `accepted`, `refused`, … */
  status: string
  code?: string
}

export type AuditAction =
  | 'press'
  | 'cancel'
  | 'replay'
  | 'resume'
  | 'webhook'
  | 'publish'
  | 'yank'
  | 'enroll'
  | 'register'
  | 'login'
  | 'revoke'
  | 'wake'
  | 'start'
  | 'stop'
  | 'reload'

export interface Audit {
  record(entry: AuditEntry): void
  /** Writes what waits. */
  flush(): void
}

/** Who asked, as every entry about a request says it. */
export function callerOf({ requestId, actor, client, surface }: Facts) {
  return { request_id: requestId, actor, client, surface } as const
}

const delayMs = 20

export function openAudit(
  { clock, files, locks }: Pick<Host, 'clock' | 'files' | 'locks'>,
  dataDirectory: string,
  log: Log,
): Audit {
  const path = `${dataDirectory}/audit.jsonl`
  let waiting = ''
  let planned = false
  const flush = () => {
    planned = false
    const text = waiting
    waiting = ''
    if (text === '') return
    try {
      if ((files.stat(path)?.size ?? 0) > limits.auditBytes) rotate({ files, locks }, dataDirectory)
      files.append(path, text, 0o600)
    } catch (error) {
      log.error('Cannot write the audit log', { why: (error as Error).message })
    }
  }
  return {
    record: (entry) => {
      waiting += `${JSON.stringify({ ts: formatTime(clock.now()), ...entry })}\n`
      if (planned) return
      planned = true
      clock.after(delayMs, flush)
    },
    flush,
  }
}

// `audit.1.jsonl` is the newest of those set aside. Under a lock, since several hosts may share the
// directory: the one that comes second finds a small file and leaves it.
function rotate({ files, locks }: Pick<Host, 'files' | 'locks'>, dataDirectory: string): void {
  const lock = locks.lockDirectory(dataDirectory)
  try {
    const name = (number: number) =>
      `${dataDirectory}/audit${number === 0 ? '' : `.${number}`}.jsonl`
    if ((files.stat(name(0))?.size ?? 0) <= limits.auditBytes) return
    for (let number = limits.auditFiles - 2; number >= 0; number--)
      if (files.stat(name(number))) files.rename(name(number), name(number + 1))
  } finally {
    lock.release()
  }
}
