// Code buttons: an interpreter, the button's main file, and the environment it sees.

import { classifyProcess, notStarted, type Outcome } from '#core/press/classify.ts'
import { isForbiddenName } from '#core/press/plan.ts'
import { batteryPrefix } from '#spec/env.ts'
import type { Host, HostError } from '#host/host.ts'
import { runProcess } from '../process/run.ts'
import { spawnReason } from '../process/spawnReason.ts'
import type { Job, Runtime } from './runtime.ts'

export interface Interpreter {
  /** What is missing when there is none. */
  name: string
  /** The program by absolute path, looked up in our own PATH. */
  locate(host: Host): string | undefined
  /** What else it needs. Throws HostError when that cannot be made ready. */
  equip?(job: Job, program: string): Promise<Equipment | undefined>
}

export interface Equipment {
  /** Arguments before the script. */
  words: readonly string[]
  /** Variables that beat all others. */
  env: Readonly<Record<string, string>>
}

/** A runtime that starts an interpreter on the button's code. */
export function scriptRuntime(interpreter: Interpreter): Runtime {
  return { run: (job) => runScript(interpreter, job), locate: interpreter.locate }
}

async function runScript({ name, locate, equip }: Interpreter, job: Job): Promise<Outcome> {
  const { host, stored, plan } = job
  const codePath = stored.codePath!
  if (host.files.stat(codePath)?.kind !== 'file')
    return notStarted('SCRIPT_ERROR', `code file ${codePath} is missing`)
  const program = locate(host)
  if (program === undefined) return notStarted('RUNTIME_MISSING', `${name} not found in PATH`)
  try {
    const equipment = await equip?.(job, program)
    const claim = await job.claimProgress()
    const end = await runProcess(
      {
        command: [program, ...(equipment?.words ?? []), codePath],
        cwd: host.cwd,
        env: childEnvironment(job, equipment, claim),
        timeoutMs: plan.timeoutMs,
        signal: job.signal,
        hurry: job.hurry,
        onOutput: job.onOutput,
        live: job.live === true,
        onStart: job.onStart,
      },
      host,
    )
    return classifyProcess(end)
  } catch (error) {
    if ((error as Error).name !== 'HostError') throw error
    const why = spawnReason(error as HostError, host.cwd)
    return notStarted('SCRIPT_ERROR', `cannot start ${program}: ${why}`)
  }
}

type Claimed = Awaited<ReturnType<Job['claimProgress']>>

// Later entries win (buttons.md 6.6). What we found in our own environment goes on as it is, but
// for the switches of our own runtime, which would turn a `buttons` called by the script into Bun.
function childEnvironment(
  job: Job,
  equipment: Equipment | undefined,
  { progressPath, artifactsPath }: Claimed,
): Record<string, string> {
  const { host, batteries, plan } = job
  // Without a prototype, so that every name is only a name.
  const env: Record<string, string> = Object.create(null)
  for (const name in host.env) {
    const value = host.env[name]
    if (value !== undefined && !name.startsWith('BUN_')) env[name] = value
  }
  // A press inside a step of a drawer is no step of it.
  delete env['BUTTONS_STEP']
  env['BUTTONS_RUN_ID'] = job.runId
  env['BUTTONS_IDEMPOTENCY_KEY'] = job.idempotencyKey
  for (const key in batteries) env[batteryPrefix + key] = batteries[key]!
  for (const name in plan.env) {
    if (!isForbiddenName(name)) env[name] = plan.env[name]!
  }
  env['BUTTONS_STEPS_PATH'] = job.stepsPath
  delete env['BUTTONS_ARTIFACTS_DIR']
  if (progressPath) env['BUTTONS_PROGRESS_PATH'] = progressPath
  if (artifactsPath) env['BUTTONS_ARTIFACTS_DIR'] = artifactsPath
  return Object.assign(env, equipment?.env)
}
