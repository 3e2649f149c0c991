// `buttons press NAME`: one press, or with --dry-run the plan of one.

import { parseArgValues } from '#core/args/check.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button' },
    arg: { type: 'string', kind: 'array', valueHint: 'key=value', description: 'Argument value' },
    timeout: { type: 'string', kind: 'int', valueHint: 'seconds', description: 'Allow this long' },
    'dry-run': { type: 'boolean', description: 'Show the plan, run nothing' },
    follow: {
      type: 'boolean',
      alias: 'f',
      description: 'Show output lines on stderr as they come',
    },
  },
  run: async ({ args, app, out, summary, stop }) => {
    const request: PressRequest = { name: args.name, args: parseArgValues(args.arg) }
    if (args.timeout !== undefined) request.timeoutSeconds = args.timeout
    if (summary || args['dry-run']) {
      out.answer(await app.planPress(request))
      return 0
    }
    request.signal = stop()
    const result = await app.press(request, out.warn)
    if (result.status !== 'ok') throw pressFailure(result)
    out.answer(result, (people) => {
      people.note(`✓ ${result.button} (${result.duration_ms}ms, exit ${result.exit_code})`)
      people.data(result.stdout)
    })
    return 0
  },
})

function pressFailure(result: PressResult) {
  return fail(result.error_type ?? 'SCRIPT_ERROR', result.stderr, { data: result })
}
