import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { openRegistry, refuse, sha256, type TestRegistry } from '../helpers/registry.ts'

const json = (here: Home, path: string) => JSON.parse(here.read(path)) as Record<string, never>

/**
 * A home in which "the browser" is a program that does with the address what `script` says: it finds
 * `port`, `state` and `answer(query)` there, and keeps what it was told in `seen`.
 */
function homeWithBrowser(registry: TestRegistry, script: string): Home {
  const here = emptyHome()
  const program = `#!${process.execPath}
const url = new URL(process.argv[2])
const { port, state } = Object.fromEntries(url.searchParams)
const seen = [process.argv.slice(2).join(' ')]
const answer = async (query, path = '/callback') => {
  const response = await fetch('http://127.0.0.1:' + port + path + '?' + query)
  seen.push(response.status + ' ' + (await response.text()).trim())
}
${script}
await Bun.write(process.env.HOME + '/seen', seen.join('\\n'))
`
  here.write('bin/xdg-open', program, 0o755)
  here.write('bin/open', program, 0o755)
  Object.assign(here.env, {
    PATH: `${here.root}/bin:${here.env['PATH']}`,
    BUTTONS_REGISTRY_URL: `${registry.url}/`,
    BUTTONS_DESK_URL: 'https://desk.example/',
  })
  return here
}

function exchanging(answer: (body: { code: string; verifier: string }) => Response): TestRegistry {
  const registry = openRegistry()
  registry.intercept = ({ path, body }) =>
    path === '/v1/cli-auth/exchange'
      ? answer(JSON.parse(Buffer.from(body).toString()) as { code: string; verifier: string })
      : undefined
  return registry
}

const token = { token: 'bpt_secret', org_id: 'acme' }

test('login opens a browser, takes the code, and keeps the key', async () => {
  let verifier = ''
  const registry = exchanging((body) => {
    verifier = body.verifier
    expect(body.code).toBe('c0de')
    return Response.json({ ...token, read_token: 'brk_secret' })
  })
  const here = homeWithBrowser(registry, `await answer('state=' + state + '&code=c0de')`)
  const { stdout } = await buttons('login')
    .in(here)
    .expect({
      json: { ok: true, data: { registry: registry.url, org_id: 'acme', host: hostname() } },
    })
  expect(stdout).not.toContain('secret')
  const [address, answered] = here.read('seen').split('\n') as [string, string]
  const { pathname, origin, searchParams } = new URL(address)
  expect(origin + pathname).toBe('https://desk.example/cli-authorize')
  expect([...searchParams.keys()]).toEqual(['challenge', 'label', 'port', 'state'])
  const challenge = Buffer.from(sha256(verifier), 'hex').toString('base64url')
  expect(searchParams.get('challenge')).toBe(challenge)
  expect(searchParams.get('state')).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(answered).toBe('200 authorized, close this tab')
  expect(json(here, 'data/batteries.json')['batteries']).toEqual({
    REGISTRY_KEY: 'brk_secret',
    REGISTRY_URL: registry.url,
    REGISTRY_WRITE_KEY: 'bpt_secret',
  } as never)
  expect(statSync(join(here.data, 'batteries.json')).mode & 0o777).toBe(0o600)
})

test('a forged callback neither logs in nor ends the wait', async () => {
  const codes: string[] = []
  const registry = exchanging(({ code }) => {
    codes.push(code)
    return Response.json(token)
  })
  const here = homeWithBrowser(
    registry,
    `await answer('state=forged&code=evil')
await answer('code=evil')
await answer('state=forged&error=evil')
await answer('state=' + state + '&code=evil', '/other')
await answer('state=' + state + '&code=good')`,
  )
  await buttons('login')
    .in(here)
    .expect({ data: { org_id: 'acme' } })
  expect(codes).toEqual(['good'])
  expect(
    here
      .read('seen')
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, 3)),
  ).toEqual(['400', '400', '400', '404', '200'])
})

test.each([
  [
    'denied',
    `await answer('state=' + state + '&error=access_denied')`,
    'login denied in browser: access_denied',
  ],
  ['without a code', `await answer('state=' + state)`, 'no code'],
])('a callback that is %s fails the login', async (_, script, message) => {
  const registry = openRegistry()
  await buttons('login')
    .in(homeWithBrowser(registry, script))
    .expect({ error: { code: 'LOGIN_ERROR', message: expect.stringContaining(message) } })
  expect(registry.calls).toEqual([])
})

test.each([
  ['refused', () => refuse(401, 'CODE_INVALID', 'used'), 'login failed: CODE_INVALID (HTTP 401)'],
  [
    'refused without a word',
    () => Response.json({}, { status: 401 }),
    'login failed: exchange failed (HTTP 401)',
  ],
  [
    'without a token',
    () => Response.json({ org_id: 'x' }),
    'login failed: exchange failed (HTTP 200)',
  ],
  ['no JSON', () => new Response('<h1>'), 'malformed exchange response'],
])('an exchange that is %s keeps no key', async (_, answer, message) => {
  const here = homeWithBrowser(exchanging(answer), `await answer('state=' + state + '&code=c')`)
  await buttons('login')
    .in(here)
    .expect({ error: { code: 'LOGIN_ERROR', message: expect.stringContaining(message) } })
  expect(here.list('data')).not.toContain('batteries.json')
})

test('where no browser can be opened the address is shown', async () => {
  const registry = exchanging(() => Response.json(token))
  const here = homeWithBrowser(
    registry,
    `await answer('state=' + state + '&code=c')\nprocess.exit(1)`,
  )
  await buttons('login')
    .in(here)
    .expect({
      data: { org_id: 'acme' },
      stderr: /^Open https:\/\/desk\.example\/cli-authorize\?challenge=/,
    })
})

test('--summary waits for nobody', async () => {
  const registry = openRegistry()
  await buttons(
    'login --registry https://r.example --desk https://d.example --no-browser --summary',
  )
    .in(registry.use(emptyHome()))
    .expect({
      data: {
        would: { registry: 'https://r.example', desk: 'https://d.example', noBrowser: true },
      },
    })
})

test('logout forgets every key that login kept, as often as one likes', async () => {
  const here = emptyHome()
  const set = (key: string) => buttons(`batteries set ${key} x`).in(here).expect({ data: {} })
  for (const key of ['REGISTRY_KEY', 'REGISTRY_URL', 'REGISTRY_WRITE_KEY', 'OTHER']) await set(key)
  const removed = ['REGISTRY_WRITE_KEY', 'REGISTRY_URL', 'REGISTRY_KEY']
  await buttons('logout')
    .in(here)
    .expect({ json: { ok: true, data: { logged_out: true, removed } } })
  expect(json(here, 'data/batteries.json')['batteries']).toEqual({ OTHER: 'x' } as never)
  await set('REGISTRY_KEY')
  await buttons('logout')
    .in(here)
    .expect({ data: { logged_out: true, removed: [] } })
  expect(json(here, 'data/batteries.json')['batteries']).toHaveProperty('REGISTRY_KEY')
})
