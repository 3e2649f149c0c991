// `buttons smash NAME…`: several buttons at once, each with its own result.

import { parseFailurePolicy, smashConcurrency, splitNames } from '#core/smash/request.ts'
import type { SmashItem, SmashRequest } from '#spec/press.ts'
import type { App } from '../../app.ts'
import { defineCommand } from '../command.ts'
import type { People } from '../printer.ts'
import { asUsage } from '../trouble.ts'

export const command = defineCommand({
  args: {
    names: {
      type: 'positional',
      rest: true,
      valueHint: 'name…',
      description: 'Buttons, by blanks or commas',
    },
    'on-failure': {
      type: 'string',
      valueHint: 'continue|stop',
      description: 'Whether the first failure ends the others',
    },
    concurrency: {
      type: 'string',
      kind: 'int',
      valueHint: 'n',
      description: 'How many at once; one for each processor by default',
    },
    timeout: {
      type: 'string',
      kind: 'int',
      valueHint: 'seconds',
      description: 'Allow each this long',
    },
  },
  examples: ['smash build,test lint', 'smash a b c --on-failure stop --concurrency 2'],
  run: async ({ args, app, out, summary, stop }) => {
    const request: SmashRequest = await asUsage(async () => ({
      names: splitNames(args.names),
      concurrency: smashConcurrency(args.concurrency ?? 0, app.host.platform.cpus),
      onFailure: parseFailurePolicy(args['on-failure'] ?? 'continue'),
    }))
    if (args.timeout !== undefined) request.timeoutSeconds = args.timeout
    if (summary) return out.plan('smash', await planSmash(request, app))
    const result = await app.smash({ ...request, signal: stop() }, out.warn)
    out.answer(result, (people) => {
      for (const item of result.results) showItem(item, people)
      if (result.failures > 0) people.note(`✗ ${result.failures} of ${result.total} failed`)
    })
    return result.failures > 0 ? 1 : 0
  },
})

async function planSmash(request: SmashRequest, app: App) {
  const { names, concurrency, onFailure, timeoutSeconds } = request
  const presses = names.map(async (button) => {
    try {
      const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds }
      const { runtime, timeoutMs } = await app.planPress({ name: button, args: {}, ...timeout })
      return { button, runtime, timeout: timeoutMs / 1000 }
    } catch (error) {
      return { button, error: (error as Error).message }
    }
  })
  return { concurrency, on_failure: onFailure, presses: await Promise.all(presses) }
}

function showItem(item: SmashItem, people: People): void {
  if ('skipped' in item) return people.note(`- ${item.button} skipped`)
  if ('error' in item) return people.note(`✗ ${item.error}`)
  const { status, duration_ms: ms, exit_code: exit, stdout, stderr } = item.result
  if (status === 'ok') people.note(`✓ ${item.button} (${ms}ms, exit ${exit})`)
  else
    people.note(
      `✗ ${item.button} ${status} (${ms}ms, exit ${exit})${stderr && `\n${stderr.trimEnd()}`}`,
    )
  people.data(stdout)
}
