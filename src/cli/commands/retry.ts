// `buttons retry ID`: presses what a run pressed again, without doing its finished steps again.

import { errorCodes } from '#spec/errors.ts'
import type { PressResult } from '#spec/run.ts'
import { defineCommand } from '../command.ts'
import { answerDetached } from '../format/detached.ts'
import { answerDrawer, watchDrawer } from '../format/drawerResult.ts'
import { pressFailure, showFailure, showSuccess } from '../format/pressResult.ts'
import type { Output } from '../printer.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'The run' },
    arg: {
      type: 'string',
      kind: 'array',
      valueHint: 'key=value',
      description: 'Another value than before',
    },
    input: {
      type: 'string',
      kind: 'array',
      valueHint: 'key=value',
      description: 'The same, of a drawer',
    },
    from: {
      type: 'string',
      valueHint: 'step',
      description: 'Of a drawer: begin with this step instead of the one that failed',
    },
    timeout: {
      type: 'string',
      kind: 'int',
      valueHint: 'seconds',
      description: 'Allow this long; buttons only',
    },
    detach: { type: 'boolean', description: 'Return at once; see buttons wait' },
  },
  examples: [
    'retry 0192f3a1b2c34d5e',
    'retry 0192f3a1b2c34d5e --arg env=staging --detach',
    'retry 0192f3a1b2c34d5e --from deploy',
  ],
  run: async ({ args, app, out, summary, stop, hurry }) => {
    const onEvent = out.watched ? { onEvent: watchDrawer(out) } : {}
    const desk = await app.runs({ warn: out.warn, ...onEvent })
    const retry = {
      runId: args.id,
      argTexts: args.arg,
      inputTexts: args.input,
      ...(args.from !== undefined && { from: args.from }),
    }
    const timeout = args.timeout === undefined ? {} : { timeoutSeconds: args.timeout }
    if (summary) {
      const { target } = await desk.show(args.id)
      return out.plan('retry', { retry_of: args.id, target })
    }
    if (args.detach)
      return answerDetached(await desk.detachRetry(retry, { ...timeout, ownsProcess: true }), out)
    const signals = { signal: stop(), hurry: hurry(), ownsProcess: true }
    const retried = await desk.retry(retry, { ...timeout, ...signals })
    return retried.kind === 'drawer'
      ? answerDrawer(retried.result, out)
      : answerPress(retried.result, out)
  },
})

function answerPress(result: PressResult, out: Output): number {
  if (result.status === 'ok') {
    out.answer(result, (people) => showSuccess(result, undefined, false, people))
    return 0
  }
  if (!out.watched) throw pressFailure(result, undefined)
  out.answer(result, (people) => showFailure(result, undefined, false, people))
  return errorCodes[result.error_type ?? 'SCRIPT_ERROR'].exit
}
