// `buttons webhook …`, from outside.

import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { deliveryOf, inboxOf } from '../helpers/inbox.ts'
import { program } from '../helpers/program.ts'
import { writeHook } from '../helpers/triggers.ts'
import { putCloudflared, quickScript } from '../helpers/tunnels.ts'

/** Nothing but what a shell needs: no cloudflared anywhere. */
function bare(home: Home): Home {
  home.env['PATH'] = `${home.root}/bin:/bin`
  return home
}

const quick = { mode: 'quick', hostname: '', tunnel_name: '', tunnel_id: '' }

test('without setup the tunnel is a quick one', async () => {
  const home = bare(emptyHome())
  for (const line of ['webhook', 'webhook status'])
    await buttons(line)
      .in(home)
      .expect({ json: { ok: true, data: { ...quick, cloudflared_ok: false } } })
  putCloudflared(home, quickScript)
  await buttons('webhook status')
    .in(home)
    .expect({ data: { cloudflared_ok: true } })
})

test('a named tunnel shows its name and not its credential, until it is forgotten', async () => {
  const home = bare(emptyHome())
  const file = {
    schema_version: 1,
    mode: 'named',
    hostname: 'hooks.example.com',
    tunnel_name: 'buttons',
    tunnel_id: 't1',
    tunnel_token: 's3cret',
  }
  home.write('data/webhook.json', JSON.stringify(file))
  const { stdout } = await buttons('webhook status')
    .in(home)
    .expect({ data: { mode: 'named', hostname: 'hooks.example.com', tunnel_id: 't1' } })
  expect(stdout).not.toContain('s3cret')
  await buttons('webhook logout --summary')
    .in(home)
    .expect({ data: { executed: false } })
  for (const _ of [1, 2])
    await buttons('webhook logout')
      .in(home)
      .expect({ json: { ok: true, data: { mode: 'quick' } } })
  expect(home.list('data')).not.toContain('webhook.json')
})

test('a file that cannot be read is no quick tunnel', async () => {
  const home = bare(emptyHome())
  home.write('data/webhook.json', '{')
  await buttons('webhook status')
    .in(home)
    .expect({ error: { code: 'STORAGE_ERROR' } })
})

test.each(['webhook setup --hostname a.b.c', 'webhook test', 'webhook listen'])(
  '%s needs cloudflared',
  async (line) => {
    const home = bare(emptyHome())
    await buttons(line)
      .in(home)
      .expect({ error: { code: 'CLOUDFLARED_MISSING' } })
  },
)

test('setup wants a host name that can be one', async () => {
  const home = bare(emptyHome())
  putCloudflared(home, '')
  const refused = { error: { code: 'VALIDATION_ERROR' } }
  await buttons('webhook setup').in(home).expect(refused)
  await buttons('webhook setup --hostname example.com').in(home).expect(refused)
  await buttons('webhook setup --hostname a.example.com --summary')
    .in(home)
    .expect({ data: { would: { hostname: 'a.example.com', tunnel_name: 'buttons' } } })
})

test('paths that are not served are mentioned', async () => {
  const home = bare(emptyHome())
  writeHook(home, 'one', '/x')
  writeHook(home, 'two', '/x')
  await buttons('webhook status')
    .in(home)
    .expect({ data: { shadowed: [{ path: '/x', kind: 'drawer', target: 'two' }] } })
})

test('deliveries are listed by status and target, and run again', async () => {
  const home = homeWith({ buttons: { b: 'echo' } })
  await buttons('webhook deliveries')
    .in(home)
    .expect({ json: { ok: true, data: { deliveries: [] } } })
  const inbox = inboxOf(home)
  const target = { kind: 'button', name: 'b' } as const
  for (const lane of ['x', 'y']) await inbox.accept(deliveryOf({ target, lane, path: `/${lane}` }))
  const [claim] = await inbox.claimAll(undefined, 1)
  await inbox.finish(claim!, { status: 'failed', errorCode: 'SCRIPT_ERROR' })
  await buttons('webhook deliveries --status failed --target B')
    .in(home)
    .expect({ data: { deliveries: [{ id: claim!.id, error_code: 'SCRIPT_ERROR', path: '/x' }] } })
  await buttons('webhook deliveries --status odd')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  const { delivery_id } = await buttons(`webhook replay ${claim!.id}`)
    .in(home)
    .data<{ delivery_id: string }>()
  expect(inbox.find(delivery_id)).toMatchObject({ status: 'accepted', replay_of: claim!.id })
  await buttons('webhook replay dlv_none')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('webhook deliveries')
    .in(home)
    .onTerminal()
    .expect({ stdout: /failed +button\/b/ })
})

interface Listening {
  data: { public_base: string; routes: object[] }
  stop(): Promise<number>
}

async function listen(home: Home, ...words: string[]): Promise<Listening> {
  const child = Bun.spawn([...program, 'webhook', 'listen', ...words], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
    stderr: 'ignore',
  })
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (text.includes('\n}\n')) break
  }
  const { data } = JSON.parse(text) as { data: Listening['data'] }
  return {
    data,
    stop: () => {
      child.kill('SIGTERM')
      return child.exited
    },
  }
}

test('a listener takes webhooks of drawers and nothing else', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { auth: { type: 'header', header_name: 'X-T', header_value: 'v' } })
  const { data, stop } = await listen(home, '--no-tunnel')
  const { public_base: base } = data
  expect(data).toEqual({
    public_base: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as never,
    routes: [{ path: '/d', drawer: 'd', auth_type: 'header', url: `${base}/d` }],
  })
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(base + path, { method, headers })
    const text = await answer.text()
    return [answer.status, text === '' ? {} : JSON.parse(text)]
  }
  const healthy = [200, { ok: true, token: expect.stringMatching(/^[0-9a-f]{32}$/) }]
  expect(await ask('GET', '/healthz')).toEqual(healthy)
  expect(await ask('POST', '/healthz')).toEqual(healthy)
  expect(await ask('GET', '/anything')).toEqual([200, { ok: true, message: expect.any(String) }])
  expect((await ask('GET', '/api/buttons'))[1]).toHaveProperty('message')
  expect((await ask('HEAD', '/d'))[0]).toBe(405)
  expect(await ask('PUT', '/x')).toEqual([405, { ok: false, error: 'method_not_allowed' }])
  expect(await ask('POST', '/x')).toEqual([
    404,
    { ok: false, error: 'no_drawer_registered_for_path' },
  ])
  expect((await ask('POST', '/d'))[0]).toBe(401)
  const [status, body] = await ask('POST', '/d', { 'X-T': 'v' })
  expect([status, body]).toEqual([202, { ok: true, drawer: 'd', delivery_id: expect.any(String) }])
  expect(await stop()).toBe(0)
})

test('the login of cloudflared hears whoever sits there, and stdout stays ours', async () => {
  const home = emptyHome()
  putCloudflared(
    home,
    `case "$*" in
      *login*) echo 'Which zone?'; read zone; echo "took $zone" >&2
        mkdir -p "$HOME/.cloudflared"; touch "$HOME/.cloudflared/cert.pem";;
      *list*) echo '[]';;
      *create*) echo 'Created tunnel buttons with id 6ff42ae2-765d-4adf-8112-31c55c1551ef';;
      *route*) echo 'hooks.example.com is now configured to route to your tunnel';;
    esac`,
  )
  const words = ['webhook', 'setup', '--hostname', 'hooks.example.com', '--json']
  const child = Bun.spawn([...program, ...words], {
    cwd: home.cwd,
    env: home.env,
    stdin: Buffer.from('example.com\n'),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()])
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { hostname: 'hooks.example.com' } })
  // What it says on stdout passes through us, so the order is open.
  expect(stderr.split('\n').filter(Boolean).toSorted()).toEqual(['Which zone?', 'took example.com'])
})
