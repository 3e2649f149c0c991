// Whether the host lives, is ready, and how it is doing (serve.md 9.9).

import { limits } from '#spec/limits.ts'
import { answer, json } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'

export function healthRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/health',
      auth: 'none',
      surface: 'both',
      operation: { id: 'getHealth', summary: 'Tell that the host is up', answer: 'Health' },
      handle: () => answer({ status: 'ok', service: 'buttons' }),
    },
    {
      method: 'GET',
      path: '/healthz',
      auth: 'none',
      surface: 'both',
      handle: ({ facts }) => {
        const { healthToken } = hosting.parts.status()
        const shown = facts.surface === 'public' ? healthToken : undefined
        return json({ ok: true, ...(shown && { token: shown }) })
      },
    },
    {
      method: 'GET',
      path: '/livez',
      auth: 'none',
      surface: 'private',
      handle: () => json({ ok: true }),
    },
    {
      method: 'GET',
      path: '/readyz',
      auth: 'none',
      surface: 'private',
      handle: () => {
        const { draining } = hosting
        const checks = { ...checkMachine(hosting), ...hosting.parts.status().checks }
        const ok = !draining && Object.values(checks).every(Boolean)
        return json({ ok, checks: { ...checks, draining } }, ok ? 200 : 503)
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      auth: 'key',
      surface: 'private',
      handle: () =>
        new Response(hosting.metrics.render() + hosting.parts.metrics(), {
          headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
        }),
    },
  ]
}

function checkMachine({ machine, store }: Hosting): Record<string, boolean> {
  const { dataDirectory } = store.place
  return {
    data_dir: tells(() => canWrite(machine, dataDirectory)),
    disk: tells(() => machine.files.freeBytes(dataDirectory) >= limits.freeDiskBytes),
  }
}

function tells(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}

// A file is the only honest question: permissions and mounts lie.
function canWrite({ files }: Hosting['machine'], directory: string): boolean {
  const probe = `${directory}/.ready`
  files.append(probe, '', 0o600)
  return files.remove(probe)
}
