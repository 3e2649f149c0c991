// `buttons serve`: a host for presses over HTTP, webhooks, schedules and watches, until a signal.

import { readServeSettings } from '#core/serve/settings.ts'
import { type AnySetting, serveSettings, type ServeStarted } from '#spec/serve.ts'
import { type Arg, type Args, defineCommand } from '../command.ts'
import type { People } from '../printer.ts'

const settingArgs = Object.fromEntries(
  Object.entries(serveSettings).map(([name, setting]) => [name, toArg(setting)]),
) satisfies Args

export const command = defineCommand({
  args: settingArgs,
  endsBySignal: true,
  examples: ['serve', 'serve --port 9000 --api-key s3cret', 'serve --host 0.0.0.0 --drain 1m'],
  run: async ({ args, app, out, stop, hurry }) => {
    const settings = readServeSettings(args, app.host.env)
    const stopped = stop()
    const serving = await app.serve({ settings, role: 'serve', json: !out.watched })
    out.answer(serving.started, (people) => tell(serving.started, people))
    await serving.begin()
    await aborted(stopped)
    await serving.stop(hurry())
  },
})

function toArg(setting: AnySetting): Arg {
  const { description, valueHint } = setting
  if (setting.kind === 'flag') return { type: 'boolean', description }
  const kind = setting.kind === 'texts' ? 'array' : 'text'
  return { type: 'string', kind, description, ...(valueHint && { valueHint }) }
}

function tell(
  { addr, auth, triggers_enabled, webhook_routes }: ServeStarted,
  people: People,
): void {
  const url = addr.startsWith('/') ? addr : `http://${addr}`
  people.note(`Serving at ${url}, ${auth ? 'with a key' : 'without a key'}`)
  if (!auth) people.note('Whoever can reach this address can press every button')
  if (triggers_enabled) people.note(`triggers: on (${webhook_routes} webhook route(s) mounted)`)
  people.note('Stop with Ctrl-C')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
