// `buttons webhook listen`: the host with webhooks of drawers alone, reachable through a tunnel.

import { readServeSettings } from '#core/serve/settings.ts'
import type { ServeStarted } from '#spec/serve.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {
    'no-tunnel': { type: 'boolean', description: 'Listen on this machine alone' },
    port: {
      type: 'string',
      kind: 'int',
      valueHint: 'port',
      description: '0 for any free port (0)',
    },
  },
  endsBySignal: true,
  examples: ['webhook listen', 'webhook listen --no-tunnel --port 9000'],
  run: async ({ args, app, out, stop, hurry }) => {
    const local = args['no-tunnel']
    if (!local) (await app.tunnel()).requireProgram()
    const settings = readServeSettings(
      { host: '127.0.0.1', port: String(args.port ?? 0), ...(!local && { tunnel: 'auto' }) },
      app.host.env,
    )
    const stopped = stop()
    const serving = await app.serve({ settings, role: 'listen', json: !out.watched })
    try {
      await serving.begin()
    } catch (error) {
      await serving.stop(AbortSignal.abort())
      throw error
    }
    const data = describe(serving.now())
    if (data.routes.length === 0) out.warn('no drawer has a webhook yet; waiting for one')
    out.answer(data, (people) => {
      people.note(`Listening (${local ? 'local' : 'tunnel'}) at ${data.public_base}`)
      for (const { url, drawer, auth_type } of data.routes)
        people.note(`  POST ${url} → ${drawer} (${auth_type})`)
      people.note('Stop with Ctrl-C')
    })
    await aborted(stopped)
    await serving.stop(hurry())
  },
})

function describe({ addr, public_base, routes }: ServeStarted) {
  const base = public_base || `http://${addr}`
  return {
    public_base: base,
    routes: routes.map(({ path, target, auth_type }) => ({
      path,
      drawer: target,
      auth_type,
      url: base + path,
    })),
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
