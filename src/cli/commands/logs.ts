// `buttons logs [NAME]`: past presses of a button, or the newest failures of the workspace.

import { slug } from '#core/name/slug.ts'
import { findRunId } from '#core/run/id.ts'
import type { Run } from '#spec/run.ts'
import type { Store } from '#store/store.ts'
import type { App } from '../../app.ts'
import { defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'
import { failureLine, runLine } from '../format/run.ts'
import type { Output } from '../printer.ts'
import { findRemote, remoteArgs, type RemoteHost } from '../remote.ts'

const defaultLimit = 20

export const command = defineCommand({
  args: {
    name: { type: 'positional', required: false, description: 'The button, or the id of a run' },
    failed: { type: 'boolean', description: 'Only presses that failed' },
    limit: {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'This many, 20 unless given',
    },
    follow: {
      type: 'boolean',
      alias: 'f',
      description: 'Show the progress of the newest press, or the output of the run, as it comes',
    },
    ...remoteArgs,
  },
  examples: [
    'logs',
    'logs deploy --failed --limit 5',
    'logs deploy --follow',
    'logs 0192f3a1b2c34d5e --follow',
  ],
  run: async ({ args, app, out, stop }) => {
    const { name, failed } = args
    const limit = args.limit !== undefined && args.limit > 0 ? args.limit : defaultLimit
    const remote = await findRemote(args, app)
    if (remote) return showThere(name, { limit, failed, follow: args.follow, stop }, remote, out)
    if (name !== undefined && (await isRun(name, app)))
      return showOutput(name, args.follow ? stop() : undefined, app, out)
    if (name === undefined) return showFailures(limit, await app.store(), out)
    if (args.follow) return app.tail({ target: slug(name), until: stop() })
    return showRuns(name, limit, failed, await app.store(), out)
  },
})

interface Wanted {
  limit: number
  failed: boolean
  follow: boolean
  stop: () => AbortSignal
}

async function showThere(
  name: string | undefined,
  { limit, failed, follow, stop }: Wanted,
  remote: RemoteHost,
  out: Output,
): Promise<void> {
  if (name === undefined) throw usageError('logs --remote needs a button or the id of a run')
  if (findRunId(name) !== undefined)
    return remote.runs.output({ runId: name, ...(follow && { until: stop() }) }, out.live)
  if (follow) return remote.tail(slug(name), stop(), out.raw)
  const runs = await remote.listHistory({ button: slug(name), limit, failedOnly: failed })
  answerRuns(runs, failed, undefined, out)
}

// A button may be called like that; then it is the button.
async function isRun(name: string, app: App): Promise<boolean> {
  if (findRunId(name) === undefined) return false
  return (await (await app.store()).buttons.find(name)) === undefined
}

async function showOutput(runId: string, until: AbortSignal | undefined, app: App, out: Output) {
  const desk = await app.runs({ warn: out.warn })
  await desk.output({ runId, ...(until && { until }) }, out.live)
}

async function showFailures(limit: number, store: Store, out: Output): Promise<void> {
  const failures = await store.runs.listFailures(limit)
  out.answer(failures, (people) => {
    if (failures.length > 0) people.data(failures.map(failureLine).join(''))
    else people.note('No failures')
  })
}

async function showRuns(
  name: string,
  limit: number,
  failedOnly: boolean,
  store: Store,
  out: Output,
): Promise<void> {
  const target = { kind: 'button', name: slug(name) } as const
  const runs = target.name === '' ? [] : await store.runs.list({ target, limit, failedOnly })
  const hint =
    runs.length === 0
      ? await (await import('../missing.ts')).missingButtonHint(name, store)
      : undefined
  answerRuns(runs, failedOnly, hint, out)
}

function answerRuns(
  runs: readonly Run[],
  failedOnly: boolean,
  hint: string | undefined,
  out: Output,
): void {
  out.answer(
    runs,
    (people) => {
      if (runs.length > 0) people.data(runs.map(runLine).join(''))
      else people.note(hint ?? (failedOnly ? 'No failures' : 'No presses yet'))
    },
    hint === undefined ? {} : { hint },
  )
}
