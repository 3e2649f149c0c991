// `buttons retry ID`: presses the button of a run again, without doing its finished steps again.

import { errorCodes } from '#spec/errors.ts'
import { type Call, defineCommand } from '../command.ts'
import { answerDetached } from '../format/detached.ts'
import { pressFailure, showFailure, showSuccess } from '../format/pressResult.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'The run' },
    arg: {
      type: 'string',
      kind: 'array',
      valueHint: 'key=value',
      description: 'Another value than before',
    },
    timeout: { type: 'string', kind: 'int', valueHint: 'seconds', description: 'Allow this long' },
    detach: { type: 'boolean', description: 'Return at once; see buttons wait' },
  },
  examples: ['retry 0192f3a1b2c34d5e', 'retry 0192f3a1b2c34d5e --arg env=staging --detach'],
  run: async (call) => {
    const { args, app, out, summary } = call
    const desk = await app.runs({ warn: out.warn })
    const retry = { runId: args.id, argTexts: args.arg }
    const timeout = args.timeout === undefined ? {} : { timeoutSeconds: args.timeout }
    if (summary) {
      const { target } = await desk.show(args.id)
      return out.plan('retry', { retry_of: args.id, target })
    }
    if (args.detach)
      return answerDetached(await desk.detachRetry(retry, { ...timeout, ownsProcess: true }), out)
    return press(call, (signals) => desk.retry(retry, { ...timeout, ...signals }))
  },
})

type Press = (signals: {
  signal: AbortSignal
  hurry: AbortSignal
  ownsProcess: true
}) => ReturnType<Awaited<ReturnType<Call['app']['runs']>>['retry']>

async function press({ out, stop, hurry }: Pick<Call, 'out' | 'stop' | 'hurry'>, act: Press) {
  const result = await act({ signal: stop(), hurry: hurry(), ownsProcess: true })
  if (result.status === 'ok') {
    out.answer(result, (people) => showSuccess(result, undefined, false, people))
    return 0
  }
  if (!out.watched) throw pressFailure(result, undefined)
  out.answer(result, (people) => showFailure(result, undefined, false, people))
  return errorCodes[result.error_type ?? 'SCRIPT_ERROR'].exit
}
