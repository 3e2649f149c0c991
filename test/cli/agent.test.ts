import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { emptyProject } from '../helpers/project.ts'
import { isSigned, openRegistry, refuse, sha256, type TestRegistry } from '../helpers/registry.ts'
import vectors from '../vectors/registry.json'

const token = { BUTTONS_BAT_ENROLL_TOKEN: 'enroll-token' }
const json = (here: Home, path: string) => JSON.parse(here.read(path)) as Record<string, string>

/** A registry that makes the tunnel itself, once. */
function provisioning(registry: TestRegistry): TestRegistry {
  registry.registration = { tunnel_token: 'run-secret', wake_token: 'wake-secret' }
  return registry
}

test('a new device enrols, registers, and keeps what it was given', async () => {
  const registry = provisioning(openRegistry())
  const here = registry.use(emptyHome())
  const { stdout } = await buttons('agent setup my-desk')
    .in(here)
    .env(token)
    .expect({
      json: {
        ok: true,
        data: {
          ok: true,
          slug: 'my-desk',
          status: 'created',
          owner_id: 'org_1',
          urls: {
            webhook: 'https://my-desk.example/hooks',
            tunnel: 'https://my-desk.example',
            wake: 'https://my-desk.example/wake',
            deploy: null,
          },
          dns: 'written',
          tunnel_id: 'tun-my-desk',
          tunnel_token: '',
        },
      },
    })
  const agent = json(here, 'data/agent.json')
  expect(agent).toEqual({
    schema_version: 1 as never,
    device_seed: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    slug: 'my-desk',
    tunnel_id: 'tun-my-desk',
    tunnel_token: 'run-secret',
    wake_token: 'wake-secret',
  })
  expect(here.read('data/agent.json')).not.toEndWith('\n')
  expect(statSync(join(here.data, 'agent.json')).mode & 0o777).toBe(0o600)
  for (const secret of [agent['device_seed']!, 'run-secret', 'wake-secret', 'enroll-token'])
    expect(stdout).not.toContain(secret)
  expect(json(here, 'data/webhook.json')).toEqual({
    schema_version: 1 as never,
    mode: 'named',
    hostname: 'my-desk.example',
    tunnel_id: 'tun-my-desk',
    tunnel_token: 'run-secret',
  })
  expect(registry.calls.map(({ path }) => path)).toEqual([
    '/v1/challenge',
    '/v1/agents/register',
    '/v1/devices/enroll',
    '/v1/challenge',
    '/v1/agents/register',
  ])
  const enrol = JSON.parse(Buffer.from(registry.calls[2]!.body).toString()) as Record<
    string,
    string
  >
  expect(enrol['host_kind']).toMatch(/^(linux|darwin)\/(amd64|arm64)$/)
  const request = registry.registered[0]!
  expect(request).not.toHaveProperty('agent_id')
  expect(request).not.toHaveProperty('principal')
  expect(request['tunnel_id']).toBe('')
})

test('the id in status is the one the registry knows', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  await buttons('agent status')
    .in(here)
    .expect({ json: { ok: true, data: { enrolled: false } } })
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
  const [id] = registry.devices.keys()
  const before = registry.calls.length
  await buttons('agent status')
    .in(here)
    .expect({
      json: {
        ok: true,
        data: { enrolled: true, device_id: id, slug: 'my-desk', registered: true },
      },
    })
  await buttons('agent status')
    .in(here)
    .onTerminal()
    .env({ BUTTONS_NO_UPDATE: '1' })
    .expect({ stdout: `device ${id}\nslug   my-desk\n` })
  expect(registry.calls).toHaveLength(before)
})

test('once bound, setup needs no token, and changes nothing that did not change', async () => {
  const registry = provisioning(openRegistry())
  const here = registry.use(emptyHome())
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
  const webhook = here.read('data/webhook.json')
  const seed = json(here, 'data/agent.json')['device_seed']
  registry.registration = {}
  await buttons('agent setup my-desk')
    .in(here)
    .expect({ data: { status: 'updated' } })
  expect(here.read('data/webhook.json')).toBe(webhook)
  expect(json(here, 'data/agent.json')).toMatchObject({
    device_seed: seed!,
    tunnel_token: 'run-secret',
  })
  expect(registry.registered[1]!['tunnel_id']).toBe('tun-my-desk')
})

test('a webhook.json that was lost is written again', async () => {
  const registry = provisioning(openRegistry())
  const here = registry.use(emptyHome())
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
  const before = json(here, 'data/webhook.json')
  await Bun.file(join(here.data, 'webhook.json')).delete()
  registry.registration = {}
  await buttons('agent setup my-desk').in(here).expect({ data: {} })
  expect(json(here, 'data/webhook.json')).toEqual(before)
})

test('the tunnel of somebody else stays untouched, ours is brought up to date', async () => {
  const registry = provisioning(openRegistry())
  registry.registration = { ...registry.registration, tunnel_id: 'tun-new' }
  const own = {
    schema_version: 1,
    mode: 'named',
    hostname: 'old',
    tunnel_name: 'mine',
    tunnel_id: 'tun-new',
    tunnel_token: 'old',
  }
  const cases: [object, object][] = [
    [
      { ...own, tunnel_id: 'other' },
      { hostname: 'old', tunnel_token: 'old' },
    ],
    [{ mode: 'quick' }, { mode: 'quick' }],
    [own, { hostname: 'my-desk.example', tunnel_name: 'mine', tunnel_token: 'run-secret' }],
  ]
  for (const [file, after] of cases) {
    const here = registry.use(emptyHome())
    here.write('data/webhook.json', JSON.stringify(file))
    await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
    expect(json(here, 'data/webhook.json')).toMatchObject(after)
  }
})

test('the tunnel is the flag, else that of webhook.json, else the one of before, else none', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  const setup = (line: string) => buttons(`agent setup my-desk ${line}`).in(here).env(token)
  await setup('').expect({ data: {} })
  await setup('').expect({ data: {} })
  here.write('data/webhook.json', '{"mode":"named","tunnel_id":"tun-file"}')
  await setup('').expect({ data: {} })
  await setup('--tunnel tun-flag --principal ada').expect({ data: {} })
  here.write('data/webhook.json', '{')
  await setup('').expect({ data: {}, stderr: /^warning: .*webhook\.json/ })
  expect(registry.registered.map((request) => request['tunnel_id'])).toEqual([
    '',
    'tun-my-desk',
    'tun-file',
    'tun-flag',
    'tun-flag',
  ])
  expect(registry.registered[3]!['principal']).toBe('ada')
})

test.each([
  ['no address', 'agent setup my-desk', { ...token, BUTTONS_REGISTRY_URL: undefined }],
  ['a bad name', 'agent setup My_Desk', token],
  ['no token', 'agent setup my-desk', {}],
])('with %s nothing is made', async (_, line, env) => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  await buttons(line)
    .in(here)
    .env(env)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  expect(here.list('data')).not.toContain('agent.json')
  expect(registry.calls).toEqual([])
})

test('a device that the registry forgot needs a token again', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
  registry.devices.clear()
  await buttons('agent setup my-desk')
    .in(here)
    .expect({
      error: {
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining('register: 401 enrol first (UNKNOWN_DEVICE)'),
        hint: expect.stringContaining('ENROLL_TOKEN'),
      },
    })
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
})

test('a wrong token is refused in the words of the registry', async () => {
  await buttons('agent setup my-desk')
    .in(openRegistry().use(emptyHome()))
    .env({ BUTTONS_BAT_ENROLL_TOKEN: 'wrong' })
    .expect({
      error: { code: 'SETUP_ERROR', message: 'enroll: 401 no such token (UNAUTHORIZED)' },
    })
})

test.each<[string, (path: string) => Response | undefined, string]>([
  [
    'enrolling with 200',
    (path) => (path === '/v1/devices/enroll' ? Response.json({}) : undefined),
    'enroll: 200',
  ],
  [
    'another device',
    (path) =>
      path === '/v1/devices/enroll'
        ? Response.json({ device_id: 'x' }, { status: 201 })
        : undefined,
    'another one',
  ],
  [
    'no nonce',
    (path) => (path === '/v1/challenge' ? Response.json({ nonce: '' }) : undefined),
    'no nonce',
  ],
  [
    'a nonce of two lines',
    (path) => (path === '/v1/challenge' ? Response.json({ nonce: 'a\nb' }) : undefined),
    'control characters',
  ],
  [
    'no JSON',
    (path) => (path === '/v1/challenge' ? new Response('hi') : undefined),
    'no JSON object',
  ],
  [
    'a taken name',
    (path) => (path === '/v1/agents/register' ? refuse(409, 'SLUG_TAKEN', 'taken') : undefined),
    'register: 409 taken (SLUG_TAKEN)',
  ],
  [
    'a bare status',
    (path) => (path === '/v1/challenge' ? new Response(null, { status: 500 }) : undefined),
    'challenge: 500',
  ],
])('a registry that answers with %s fails the setup', async (_, answer, message) => {
  const registry = openRegistry()
  registry.intercept = ({ path }) => answer(path)
  await buttons('agent setup my-desk')
    .in(registry.use(emptyHome()))
    .env(token)
    .expect({ error: { code: 'SETUP_ERROR', message: expect.stringContaining(message) } })
})

test('a registry that is not there fails the setup', async () => {
  const registry = openRegistry()
  await registry.stop()
  await buttons('agent setup my-desk')
    .in(registry.use(emptyHome()))
    .env(token)
    .expect({
      error: { code: 'SETUP_ERROR', message: expect.stringMatching(/^registry request failed: /) },
    })
})

test('a corrupt key is told, and replaced by nobody', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  here.write('data/agent.json', '{"device_seed":"AAAA"}')
  const corrupt = {
    error: { code: 'AGENT_KEY_ERROR', message: expect.stringContaining('corrupt device key') },
  }
  await buttons('agent status').in(here).expect(corrupt)
  await buttons('agent setup my-desk').in(here).env(token).expect(corrupt)
  here.write('data/agent.json', '{')
  await buttons('agent status')
    .in(here)
    .expect({ error: { code: 'AGENT_KEY_ERROR' } })
})

test('a file without a seed is no identity; its unknown keys survive the new one', async () => {
  const here = openRegistry().use(emptyHome())
  here.write('data/agent.json', '{"slug":"old","later":[1]}')
  await buttons('agent status')
    .in(here)
    .expect({ data: { enrolled: false } })
  await buttons('agent setup my-desk').in(here).env(token).expect({ data: {} })
  expect(json(here, 'data/agent.json')).toMatchObject({ later: [1] as never, slug: 'my-desk' })
})

test('a registry that asks for it gets a signature that names it', async () => {
  const registry = openRegistry()
  registry.challenge = { sig: ['1', '2'] }
  const here = registry.use(emptyHome())
  here.write('data/agent.json', JSON.stringify({ device_seed: vectors.device.seed }))
  await buttons('agent setup my-desk --principal ada').in(here).env(token).expect({ data: {} })
  const { signature2 } = registry.registered[0] as { signature2: string }
  const { public_key, device_id } = vectors.device
  const message = [
    'buttons-agent-register/2',
    registry.url,
    device_id,
    'my-desk',
    '',
    'nonce-1',
    '',
    'ada',
  ]
  expect(isSigned(public_key, message.join('\n'), signature2)).toBe(true)
})

test('a registered device vouches for its requests, another does not', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  here.write('data/buttons.json', '{"dependencies":{"@d/x":"1"}}')
  await buttons('install')
    .in(here)
    .expect({ error: { code: 'INSTALL_ERROR' } })
  expect(registry.calls[0]!.headers.get('x-buttons-device')).toBeNull()
  here.write('data/agent.json', JSON.stringify({ device_seed: vectors.device.seed, slug: 'x' }))
  await buttons('install')
    .in(here)
    .expect({ error: { code: 'INSTALL_ERROR' } })
  const { headers, path } = registry.calls[1]!
  expect(headers.get('x-buttons-device')).toBe(vectors.device.device_id)
  const [time, nonce] = [headers.get('x-buttons-timestamp'), headers.get('x-buttons-nonce')]
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(300)
  const message = `buttons-request\nGET\n${path}\n${sha256('')}\n${time}\n${nonce}`
  expect(isSigned(vectors.device.public_key, message, headers.get('x-buttons-signature')!)).toBe(
    true,
  )
})

test('in a project git does not see the key', async () => {
  const registry = openRegistry()
  const project = registry.use(emptyProject())
  await buttons('agent setup my-desk').in(project).env(token).expect({ data: {} })
  expect(project.read('work/.buttons/.gitignore')).toContain('agent.json')
})

test('a name that ends in a hyphen is told to be no host name', async () => {
  await buttons('agent setup a-')
    .in(openRegistry().use(emptyHome()))
    .env(token)
    .expect({ data: {}, stderr: /makes no valid host name/ })
})

test('people see the addresses', async () => {
  await buttons('agent setup my-desk')
    .in(provisioning(openRegistry()).use(emptyHome()))
    .env({ ...token, BUTTONS_NO_UPDATE: '1' })
    .onTerminal()
    .expect({ stdout: /✓ my-desk is created\n.*tunnel +https:\/\/my-desk\.example\n/s })
})

test('agent alone shows what there is; --summary asks nobody', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  await buttons('agent')
    .in(here)
    .expect({ stdout: /setup.*status/s })
  await buttons('agent setup my-desk --summary')
    .in(here)
    .expect({ data: { executed: false } })
  expect(registry.calls).toEqual([])
  expect(here.list('data')).not.toContain('agent.json')
})
