// The table of runtimes: how each kind of button is carried out.

import type { RuntimeName } from '#spec/button.ts'
import type { Host } from '#host/host.ts'
import { prompt } from './prompt.ts'
import type { Job, Runtime } from './runtime.ts'
import { type Equipment, scriptRuntime } from './script.ts'

export const runtimes: Record<RuntimeName, Runtime> = {
  shell: scriptRuntime({ name: '/bin/sh', locate: () => '/bin/sh' }),
  bash: scriptRuntime({ name: 'bash', locate: (host) => inPath(host, 'bash') }),
  python: scriptRuntime({
    name: 'python3',
    locate: (host) => inPath(host, 'python3') ?? inPath(host, 'python'),
  }),
  node: scriptRuntime({
    name: 'node',
    locate: (host) => inPath(host, 'node') ?? host.executable,
    equip: equipNode,
  }),
  bun: scriptRuntime({ name: 'bun', locate: (host) => host.executable, equip: equipEmbedded }),
  http: { run: async (job) => (await import('./http.ts')).runHttp(job) },
  prompt,
}

function inPath(host: Host, program: string): string | undefined {
  return host.processes.find(program, host.env['PATH'] ?? '')
}

async function equipEmbedded(job: Job): Promise<Equipment> {
  return (await import('./embedded.ts')).embedded(job)
}

async function equipNode(job: Job, program: string): Promise<Equipment | undefined> {
  if (program !== job.host.executable) {
    ;(await import('./embedded.ts')).isolate(job)
    return undefined
  }
  job.warn('node is not in PATH; the runtime inside buttons runs the script instead')
  return equipEmbedded(job)
}
