// The table of runtimes: how each kind of button is carried out.

import type { RuntimeName } from '#spec/button.ts'
import type { Host } from '#host/host.ts'
import { prompt } from './prompt.ts'
import type { Runtime } from './runtime.ts'
import { type Interpreter, scriptRuntime } from './script.ts'

const fromPath =
  (...programs: string[]) =>
  (host: Host): Interpreter | undefined => {
    for (const program of programs) {
      const found = host.processes.find(program, host.env['PATH'] ?? '')
      if (found) return { command: [found] }
    }
    return undefined
  }

export const runtimes: Partial<Record<RuntimeName, Runtime>> = {
  shell: scriptRuntime('/bin/sh', () => ({ command: ['/bin/sh'] })),
  bash: scriptRuntime('bash', fromPath('bash')),
  python: scriptRuntime('python3', fromPath('python3', 'python')),
  node: scriptRuntime('node', fromPath('node')),
  prompt,
}
