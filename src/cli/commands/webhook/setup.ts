// `buttons webhook setup`: a tunnel of one's own, so that webhooks keep their address.

import { checkHostname } from '#core/tunnel/hostname.ts'
import { fail } from '#spec/errors.ts'
import type { App } from '../../../app.ts'
import { defineCommand } from '../../command.ts'
import type { Output } from '../../printer.ts'

export const command = defineCommand({
  args: {
    hostname: { type: 'string', valueHint: 'host', description: 'Public host name for webhooks' },
    tunnel: { type: 'string', valueHint: 'name', description: 'Name of the tunnel (buttons)' },
    'allow-apex': { type: 'boolean', description: 'Accept a whole domain as host name' },
    'overwrite-dns': { type: 'boolean', description: 'Replace a DNS record that is there' },
    'api-token': {
      type: 'string',
      valueHint: 'token',
      description: 'Use the API instead of a browser (BUTTONS_CF_API_TOKEN)',
    },
    'api-account-id': {
      type: 'string',
      valueHint: 'id',
      description: 'Which account, when the token sees several',
    },
  },
  examples: ['webhook setup --hostname hooks.example.com'],
  run: async ({ args, app, out, summary, noInput, stop }) => {
    const tunnel = await app.tunnel()
    tunnel.requireProgram()
    const typed = args.hostname ?? (noInput ? undefined : await ask(app))
    if (typed === undefined)
      throw fail('VALIDATION_ERROR', 'Cannot set up a tunnel: --hostname is missing')
    const { hostname, apex } = checkHostname(typed, args['allow-apex'])
    if (apex) out.warn(`"${hostname}" is a whole domain: its website will lead to this machine`)
    const request = {
      hostname,
      tunnel: args.tunnel || 'buttons',
      overwriteDns: args['overwrite-dns'],
      apiToken: args['api-token'] ?? app.host.env['BUTTONS_CF_API_TOKEN'],
      accountId: args['api-account-id'],
      signal: stop(),
    }
    if (summary) return out.plan('webhook setup', { hostname, tunnel_name: request.tunnel })
    const { mode, tunnel_name, tunnel_id } = await tunnel.setUp(request)
    await keepOutOfGit(app, out)
    out.answer({ mode, hostname, tunnel_name, tunnel_id }, (people) => {
      people.note(`✓ Webhooks are reached at https://${hostname}`)
      people.next('buttons webhook test')
    })
  },
})

async function ask({ host: { terminal } }: App): Promise<string | undefined> {
  terminal.writeError('Public host name for webhooks (like hooks.example.com): ')
  return terminal.readLine()
}

// It holds the credential of the tunnel.
async function keepOutOfGit(app: App, out: Output): Promise<void> {
  try {
    await (await app.ignoring()).protect('webhook.json')
  } catch (error) {
    out.warn(`Cannot keep webhook.json out of git: ${(error as Error).message}`)
  }
}
