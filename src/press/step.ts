// A step of a script (`buttons step KEY -- command`): done once for its run. What it printed is kept
// under the run, and given again when the run is tried again, without doing it again.

import { findDone, formatStep, type KeptStep, parseSteps } from '#core/run/steps.ts'
import { fingerprint } from '#core/text/fingerprint.ts'
import { formatTime } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host, ProcessExit } from '#host/host.ts'

export interface StepRequest {
  key: string
  command: readonly string[]
}

/**
 * Runs the command, or gives again what it printed; its exit status. Throws NOT_APPLICABLE outside
 * of a press, INTERRUPTED when the press has died, RUNTIME_MISSING, STORAGE_ERROR.
 */
export async function runStep(
  { key, command }: StepRequest,
  write: (bytes: Uint8Array) => void,
  host: Host,
): Promise<number> {
  const site = findSite(key, host)
  host.files.makeDirectory(site.directory, 0o700)
  // Whoever does the same step at the same time waits here, and then finds it done.
  const lock = host.locks.lock(`${site.directory}/step-${fingerprint(site.key)}.lock`)
  try {
    const done = findDone(readSteps(site.path, host), site.key)
    if (done) {
      write(bytesOf(done))
      return 0
    }
    return await doStep(site, command, write, host)
  } finally {
    lock.release()
  }
}

interface Site {
  path: string
  directory: string
  /** Unique within the run: a drawer's steps may use the same words. */
  key: string
}

function findSite(key: string, { env, locks }: Host): Site {
  const path = env['BUTTONS_STEPS_PATH']
  const runId = env['BUTTONS_RUN_ID']
  if (!path || !runId)
    throw fail('NOT_APPLICABLE', `Cannot run step "${key}": it is not inside a press`, {
      hint: 'Use buttons step in the code of a button, and press that',
    })
  const directory = path.slice(0, path.lastIndexOf('/'))
  const watch = locks.watch(directory.replace(/\.d$/, ''))
  if (!watch)
    throw fail('NOT_APPLICABLE', `Cannot run step "${key}": run ${runId} is over`, {
      hint: 'What a script leaves behind has no steps of its own',
    })
  const held = watch.isHeld()
  watch.close()
  if (!held)
    throw fail('INTERRUPTED', `Cannot run step "${key}": the press of run ${runId} has died`)
  const around = env['BUTTONS_STEP']
  return { path, directory, key: around ? `${around}/${key}` : key }
}

function readSteps(path: string, { files }: Host): KeptStep[] {
  const bytes = files.find(path, limits.stepsFileBytes)
  return bytes ? parseSteps(new TextDecoder().decode(bytes)) : []
}

function bytesOf({ stdout, stdout_base64: coded }: KeptStep): Uint8Array {
  return coded === undefined ? new TextEncoder().encode(stdout ?? '') : Uint8Array.fromBase64(coded)
}

async function doStep(
  { path, key }: Site,
  command: readonly string[],
  write: (bytes: Uint8Array) => void,
  host: Host,
): Promise<number> {
  const startedMs = host.clock.now()
  const chunks: Uint8Array[] = []
  let length = 0
  const exit = await start(key, command, host, (bytes) => {
    write(bytes)
    length += bytes.length
    if (length <= limits.scriptStepBytes) chunks.push(bytes)
  })
  const status = exit.code ?? signalStatus(exit.signal)
  const step: KeptStep = {
    key,
    exit_code: status,
    started_at: formatTime(startedMs),
    duration_ms: host.clock.now() - startedMs,
    ...(length <= limits.scriptStepBytes && outputOf(Buffer.concat(chunks))),
  }
  host.files.append(path, formatStep(step), 0o600)
  return status
}

async function start(
  key: string,
  [program = '', ...words]: readonly string[],
  host: Host,
  onStdout: (bytes: Uint8Array) => void,
): Promise<ProcessExit> {
  const path = program.includes('/') ? program : findProgram(program, host)
  if (path === undefined)
    throw fail('RUNTIME_MISSING', `Cannot run step "${key}": ${program} not found in PATH`)
  const env: Record<string, string> = Object.create(null)
  for (const name in host.env) env[name] = host.env[name]!
  // The same for every try at this step, and no other's.
  env['BUTTONS_IDEMPOTENCY_KEY'] = `${env['BUTTONS_IDEMPOTENCY_KEY'] ?? ''}/${key}`
  return host.processes.runBeside({ command: [path, ...words], cwd: host.cwd, env, onStdout })
}

function findProgram(program: string, { env, processes }: Host): string | undefined {
  return processes.find(program, env['PATH'] ?? '')
}

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

// As a shell would say it.
function signalStatus(signal: string | null): number {
  return 128 + (signals[signal ?? ''] ?? 0)
}

function outputOf(bytes: Uint8Array): Pick<KeptStep, 'stdout' | 'stdout_base64'> {
  try {
    return { stdout: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { stdout_base64: bytes.toBase64() }
  }
}
