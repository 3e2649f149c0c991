// Pressing a button: at once with its result, as a stream of its events, or later.

import { readBody, readQuery } from '#core/serve/request.ts'
import { type PressBody, pressBodySchema, pressQuerySchema } from '#spec/api.ts'
import { fail } from '#spec/errors.ts'
import { accept } from '../accept.ts'
import { answer } from '../answer.ts'
import { readBytes } from '../body.ts'
import type { Hosting } from '../hosting.ts'
import { cancelWithCaller, startPress, type Wanted } from '../presses.ts'
import type { Call, Route } from '../route.ts'
import { answerStream, wantsStream } from '../stream.ts'

export function pressRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/buttons/{name}/press',
      auth: 'key',
      surface: 'api',
      // The run has its own deadline; a silent script must not cost the connection.
      idleSeconds: 0,
      operation: {
        id: 'pressButton',
        summary: 'Press a button',
        body: 'press',
        query: 'pressQuery',
        answer: 'PressResult',
        streams: 'on request',
        statuses: [202, 400, 403, 404, 409, 413, 503],
      },
      handle: (call) => press(call, hosting),
    },
  ]
}

async function press(call: Call, hosting: Hosting): Promise<Response> {
  const { machine, settings, app } = hosting
  const { request, facts } = call
  const body = readBody(
    pressBodySchema,
    await readBytes(request, settings['max-body'], machine.clock),
  )
  const query = readQuery(pressQuerySchema, facts.query)
  const wanted = toRequest(call, body)
  if (query.dry_run) return answer(await app.describePress(wanted))
  const accepted = await accept(call, { kind: 'button', ...wanted }, query.async, hosting)
  if (accepted) return accepted
  const started = await startPress(wanted, call, hosting)
  if (wantsStream(request)) return answerStream(started, call, hosting)
  cancelWithCaller(started, request)
  const { cached, ...result } = await started.result
  return answer(result, 200, cached ? { 'Idempotent-Replayed': 'true' } : {})
}

function toRequest({ params, request }: Call, body: PressBody): Wanted {
  const { timeout, check_output: checkOutput } = body
  const args = body.args ?? {}
  const bad = Object.keys(args).find((key) => key === '' || /[=\0]/.test(key))
  if (bad !== undefined)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot press "${params['name']}": no argument is called "${bad}"`,
    )
  const idempotencyKey = request.headers.get('idempotency-key')
  return {
    name: params['name']!,
    args,
    ...(timeout && { timeoutSeconds: timeout }),
    ...(checkOutput && { checkOutput }),
    ...(idempotencyKey && { idempotencyKey }),
  }
}
