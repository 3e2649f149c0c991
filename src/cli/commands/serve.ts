// `buttons serve`: a host for presses over HTTP, webhooks, schedules and watches, until a signal.

import { readServeSettings } from '#core/serve/settings.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import { type AnySetting, serveSettings, type ServeStarted } from '#spec/serve.ts'
import type { App } from '../../app.ts'
import { type Arg, type Args, defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'
import type { People } from '../printer.ts'

const settingArgs: Args = Object.fromEntries(
  Object.entries(serveSettings).map(([name, setting]) => [name, toArg(setting)]),
)

export const command = defineCommand({
  args: {
    app: { type: 'positional', required: false, description: 'An app that is to be ready at once' },
    install: { type: 'boolean', description: 'Print a unit for systemd, or a list for launchd' },
    write: { type: 'boolean', description: 'With --install: put it where it belongs' },
    ...settingArgs,
  },
  endsBySignal: true,
  examples: [
    'serve',
    'serve --port 9000',
    'serve --host 0.0.0.0 --drain 1m',
    'serve --install --write',
  ],
  run: async ({ args, app, out, summary, stop, hurry }) => {
    const settings = readServeSettings(args, app.host.env)
    const write = args['write'] === true
    if (args['install'] === true) {
      const { install } = await import('./serveInstall.ts')
      return install({ words: wordsOf(args), settings, write, summary }, app, out)
    }
    if (write) throw usageError('--write belongs to --install')
    const name = args['app'] as string | undefined
    if (name !== undefined) await checkApp(name, app)
    const stopped = stop()
    const serving = await app.serve({ settings, role: 'serve', json: !out.watched })
    out.answer(serving.started, (people) => tell(serving.started, name, people))
    await serving.begin()
    if (name !== undefined) await serving.openApp(name)
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

/** The settings of a command line as words again. */
function wordsOf(args: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(serveSettings).flatMap((name) => {
    const value = args[name]
    if (value === true) return [`--${name}`]
    if (Array.isArray(value)) return value.flatMap((item) => [`--${name}`, String(item)])
    return typeof value === 'string' ? [`--${name}`, value] : []
  })
}

async function checkApp(name: string, app: App): Promise<void> {
  if (await (await app.store()).apps.has(slug(name))) return
  throw fail('NOT_FOUND', `Cannot serve "${name}": no such app`, {
    hint: 'buttons create NAME --app SOURCE makes one',
  })
}

function tell(started: ServeStarted, name: string | undefined, people: People): void {
  const { addr, auth, triggers_enabled, webhook_routes } = started
  const url = addr.startsWith('/') ? addr : `http://${addr}`
  people.note(`Serving at ${url}, ${auth ? 'with a key' : 'without a key'}`)
  if (!auth) people.note('Whoever can reach this address can press every button')
  if (triggers_enabled) people.note(`triggers: on (${webhook_routes} webhook route(s) mounted)`)
  if (name !== undefined) people.note(`App: ${url}/apps/${slug(name)}/`)
  people.note('Stop with Ctrl-C')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
