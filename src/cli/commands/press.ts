// `buttons press NAME`: one press, or with --dry-run the plan of one.

import { parseArgValues } from '#core/args/check.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { defineCommand } from '../command.ts'
import type { People } from '../printer.ts'

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
  },
  run: async ({ args, app, out, summary, stop }) => {
    const request: PressRequest = { name: args.name, args: parseArgValues(args.arg) }
    if (args.timeout !== undefined) request.timeoutSeconds = args.timeout
    if (args['idempotency-key']) request.idempotencyKey = args['idempotency-key']
    if (args['idempotency-ttl'] !== undefined) request.idempotencyTtlMs = args['idempotency-ttl']
    request.checkOutput = args['check-output']
    if (summary || args['dry-run']) {
      out.answer(await app.planPress(request))
      return 0
    }
    request.signal = stop()
    request.holdSlot = true
    const { cached, ...result } = await app.press(request, out.warn)
    if (result.status !== 'ok') throw pressFailure(result)
    const how = cached
      ? `cached answer for key "${request.idempotencyKey}"`
      : `${result.duration_ms}ms, exit ${result.exit_code}`
    const tell = (people: People) => {
      people.note(`✓ ${result.button} (${how})`)
      people.data(result.stdout)
    }
    out.answer(result, tell, cached ? { cached } : {})
    return 0
  },
})

function pressFailure(result: PressResult) {
  const missing = result.missing_batteries?.map((key) => `buttons batteries set ${key} --stdin`)
  const hint = missing && `Batteries are missing: ${missing.join(', ')}`
  const details = { data: result, ...(hint && { hint }) }
  return fail(result.error_type ?? 'SCRIPT_ERROR', result.stderr, details)
}
