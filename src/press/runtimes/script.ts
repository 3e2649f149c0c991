// Code buttons: an interpreter, the button's main file, and the environment it sees.

import { classifyProcess, notStarted, type Outcome } from '#core/press/classify.ts'
import { isForbiddenName } from '#core/press/plan.ts'
import { batteryPrefix } from '#spec/env.ts'
import type { Host } from '#host/host.ts'
import { runProcess } from '../process/run.ts'
import type { Job, Runtime } from './runtime.ts'

export interface Interpreter {
  /** The program by absolute path, then the arguments that come before the script. */
  command: readonly string[]
  /** Variables only this interpreter needs. */
  env?: Readonly<Record<string, string>>
}

/** A runtime that starts `find`'s interpreter on the button's code; `name` is what is missing. */
export function scriptRuntime(
  name: string,
  find: (host: Host, job?: Job) => Interpreter | undefined,
): Runtime {
  return {
    run: (job) => runScript(name, find, job),
    locate: (host) => find(host)?.command[0],
  }
}

async function runScript(
  name: string,
  find: (host: Host, job?: Job) => Interpreter | undefined,
  job: Job,
): Promise<Outcome> {
  const { host, stored, plan } = job
  const codePath = stored.codePath!
  if (host.files.stat(codePath)?.kind !== 'file')
    return notStarted('SCRIPT_ERROR', `code file ${codePath} is missing`)
  const interpreter = find(host, job)
  if (!interpreter) return notStarted('RUNTIME_MISSING', `${name} not found in PATH`)
  const progressPath = await job.claimProgress()
  try {
    const end = await runProcess(
      {
        command: [...interpreter.command, codePath],
        cwd: host.cwd,
        env: childEnvironment(job, interpreter, progressPath),
        timeoutMs: plan.timeoutMs,
        signal: job.signal,
        onOutput: job.onOutput,
      },
      host,
    )
    return classifyProcess(end)
  } catch (error) {
    return notStarted('SCRIPT_ERROR', `cannot start ${name}: ${(error as Error).message}`)
  }
}

// Later entries win (buttons.md 6.6). What we found in our own environment goes on as it is, but
// for the switches of our own runtime, which would turn a `buttons` called by the script into Bun.
function childEnvironment(
  { host, batteries, plan }: Job,
  interpreter: Interpreter,
  progressPath: string | undefined,
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(host.env)) {
    if (value !== undefined && !name.startsWith('BUN_')) env[name] = value
  }
  for (const [key, value] of Object.entries(batteries)) env[batteryPrefix + key] = value
  for (const [name, value] of Object.entries(plan.env)) {
    if (!isForbiddenName(name)) env[name] = value
  }
  if (progressPath) env['BUTTONS_PROGRESS_PATH'] = progressPath
  return Object.assign(env, interpreter.env)
}
