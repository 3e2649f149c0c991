// `buttons press NAME`: one press, or with --dry-run the plan of one.

import { errorCodes } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { App } from '../../app.ts'
import { defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'
import { followLines, type Watch, watchLive } from '../format/pressOutput.ts'
import { pressFailure, showFailure, showSuccess } from '../format/pressResult.ts'
import type { Output } from '../printer.ts'
import {
  findRemote,
  refuseRemotely,
  remoteArgs,
  type RemoteHost,
  type RemoteWords,
} from '../remote.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button' },
    arg: { type: 'string', kind: 'array', valueHint: 'key=value', description: 'Argument value' },
    timeout: { type: 'string', kind: 'int', valueHint: 'seconds', description: 'Allow this long' },
    'dry-run': { type: 'boolean', description: 'Show the plan, run nothing' },
    'idempotency-key': {
      type: 'string',
      valueHint: 'key',
      description: 'Run once for this key; later presses get the stored answer',
    },
    'idempotency-ttl': {
      type: 'string',
      kind: 'duration',
      valueHint: 'duration',
      description: 'How long the answer is stored (24h)',
    },
    'check-output': {
      type: 'boolean',
      description: 'Fail when the output does not fit output_schema',
    },
    follow: {
      type: 'boolean',
      alias: 'f',
      description: 'Show output lines on stderr as they come',
    },
    detach: {
      type: 'boolean',
      description: 'Return at once; buttons wait tells how it ended',
    },
    ...remoteArgs,
  },
  examples: [
    'press deploy',
    'press deploy --arg env=prod --json',
    'press deploy --dry-run',
    'press deploy --detach',
    'press deploy --remote http://127.0.0.1:8080',
  ],
  run: async ({ args, app, out, summary, stop, hurry }) => {
    const request: PressRequest = { name: args.name, args: {}, argTexts: args.arg }
    if (args.timeout !== undefined) request.timeoutSeconds = args.timeout
    if (args['idempotency-key']) request.idempotencyKey = args['idempotency-key']
    if (args['idempotency-ttl'] !== undefined) request.idempotencyTtlMs = args['idempotency-ttl']
    request.checkOutput = args['check-output']
    const remote = await findRemote(args, app)
    if (remote) refuseRemotely({ 'idempotency-ttl': args['idempotency-ttl'] })
    if (summary || args['dry-run']) {
      const plan = await (remote ?? app).describePress(request)
      out.answer(plan, (people) => people.data(`${JSON.stringify(plan, null, 2)}\n`))
      return 0
    }
    if (args.detach) return detach(request, args, remote, app, out)
    const watch = args.follow ? followLines(app.host) : out.watched ? watchLive(out) : undefined
    const { cached, ...result } = await (remote ?? app).press(
      {
        ...request,
        signal: stop(),
        hurry: hurry(),
        holdSlot: true,
        ownsProcess: true,
        ...(watch && { onOutput: watch.onOutput }),
      },
      out.warn,
    )
    watch?.finish()
    if (result.status !== 'ok')
      return reportFailure(result, () => findTimeout(request, remote, app), out, watch)
    const shown = !args.follow && watch?.shown === true
    const key = cached ? request.idempotencyKey : undefined
    out.answer(
      result,
      (people) => showSuccess(result, key, shown, people),
      cached ? { cached } : {},
    )
    return 0
  },
})

async function detach(
  request: PressRequest,
  words: RemoteWords & { follow: boolean },
  remote: RemoteHost | undefined,
  app: App,
  out: Output,
) {
  if (words.follow)
    throw usageError('--detach and --follow exclude each other', {
      hint: 'buttons logs -f RUN follows a detached run',
    })
  const desk = remote ?? (await app.runs({ warn: out.warn }))
  const owned = { ...request, ownsProcess: true }
  const { answerDetached } = await import('../format/detached.ts')
  return answerDetached(await desk.detach({ kind: 'button', request: owned }), out, words.remote)
}

async function reportFailure(
  result: PressResult,
  findSeconds: () => Promise<number | undefined>,
  out: Output,
  watch: Watch | undefined,
): Promise<number> {
  const timeoutSeconds = result.status === 'timeout' ? await findSeconds() : undefined
  if (!out.watched) throw pressFailure(result, timeoutSeconds)
  out.answer(result, (people) => showFailure(result, timeoutSeconds, watch?.shown === true, people))
  return errorCodes[result.error_type ?? 'SCRIPT_ERROR'].exit
}

// The result does not say how long was allowed; the button may be gone by now.
async function findTimeout(
  request: PressRequest,
  remote: RemoteHost | undefined,
  app: App,
): Promise<number | undefined> {
  if (remote) return remote.findTimeout(request.name, request.timeoutSeconds)
  try {
    return (await app.planPress(request)).timeoutMs / 1000
  } catch {
    return undefined
  }
}
