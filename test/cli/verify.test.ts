import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { buttonFiles, openRegistry, sha256, type TestRegistry } from '../helpers/registry.ts'

const lockOf = (here: Home) =>
  (
    JSON.parse(here.read('data/buttons-lock.json')) as {
      dependencies: Record<string, Record<string, string>>
    }
  ).dependencies

/** Publishes the next version of @acme/hello from a home of its own. */
async function publish(registry: TestRegistry, from: Home, code: string, line = '--sign') {
  from.write('data/buttons/hello/main.sh', code)
  await buttons(`publish @acme/hello ${line}`).in(registry.use(from)).expect({ data: {} })
}

const maker = () => homeWith({ buttons: { hello: 'echo 1\n' } })

async function signedOnce() {
  const registry = openRegistry()
  const author = maker()
  await publish(registry, author, 'echo 1\n')
  const here = registry.use(emptyHome())
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  return { registry, author, here }
}

test('a signed package tells who vouches for it, and that it is as installed', async () => {
  const { registry, here } = await signedOnce()
  const key = registry.rows[0]!['publisher_key'] as string
  const entry = lockOf(here)['@acme/hello']!
  expect(entry).toMatchObject({
    publisher_key: key,
    signature: registry.rows[0]!['signature'] as string,
  })
  const verdict = {
    name: '@acme/hello',
    kind: 'button',
    installed_name: 'hello',
    version: '1',
    requested: 'latest',
    content_hash: entry['content_hash'],
    resolved_at: entry['resolved_at'],
    source: registry.url,
    files: 'intact',
    signature: 'valid',
    publisher: { key, device_id: sha256(Buffer.from(key, 'base64')) },
    ok: true,
  }
  const before = registry.calls.length
  for (const name of ['@acme/hello', 'hello', 'Hello'])
    await buttons(`verify ${name}`)
      .in(here)
      .expect({ json: { ok: true, data: verdict } })
  expect(registry.calls).toHaveLength(before)
  await buttons('verify hello')
    .in(here)
    .onTerminal()
    .env({ BUTTONS_NO_UPDATE: '1' })
    .expect({
      stdout: /✓ @acme\/hello 1 .*as they were installed\n.*signed by +device [0-9a-f]{64}\n/s,
    })
})

test('edited files are named', async () => {
  const { here } = await signedOnce()
  here.write('data/buttons/hello/main.sh', 'echo mine\n')
  here.write('data/buttons/hello/extra.txt', 'x')
  rmSync(join(here.data, 'buttons/hello/button.json'))
  here.write('data/buttons/hello/button.json', '{"name":"hello"}')
  await buttons('verify hello')
    .in(here)
    .expect({
      error: {
        code: 'VERIFY_ERROR',
        message: expect.stringContaining(
          'edited since they were installed (+extra.txt, button.json, main.sh)',
        ),
      },
      data: {
        files: 'edited',
        signature: 'valid',
        changes: { added: ['extra.txt'], changed: ['button.json', 'main.sh'], removed: [] },
        ok: false,
      },
    })
})

test.each([
  ['missing', (here: Home) => rmSync(join(here.data, 'buttons/hello'), { recursive: true })],
  [
    'unmanaged',
    (here: Home) => rmSync(join(here.data, 'buttons/hello/.buttons-install-state.json')),
  ],
  [
    'other',
    (here: Home) =>
      here.write(
        'data/buttons/hello/.buttons-install-state.json',
        '{"content_hash":"x","installed_hash":"y"}',
      ),
  ],
] as const)('a folder that is %s cannot be vouched for', async (files, spoil) => {
  const { here } = await signedOnce()
  spoil(here)
  await buttons('verify hello')
    .in(here)
    .expect({ error: { code: 'VERIFY_ERROR' }, data: { files, ok: false } })
})

test('a lock that was tampered with has no valid signature', async () => {
  const { here } = await signedOnce()
  const text = here.read('data/buttons-lock.json').replace('"version": "1"', '"version": "2"')
  here.write('data/buttons-lock.json', text)
  await buttons('verify hello')
    .in(here)
    .expect({
      error: { message: expect.stringContaining('its signature is wrong') },
      data: { signature: 'invalid' },
    })
})

test('an unsigned package is signed by nobody, and nothing speaks against it', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  const here = registry.use(emptyHome())
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  const data = await buttons('verify hello').in(here).data()
  expect(data).toMatchObject({ signature: 'none', ok: true })
  expect(data).not.toHaveProperty('publisher')
})

test('what is not installed is not found', async () => {
  const { here } = await signedOnce()
  await buttons('verify helo')
    .in(here)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('verify @acme/helo')
    .in(here)
    .expect({ error: { hint: 'Did you mean "@acme/hello"?' } })
})

test('newer versions of the same publisher are welcome', async () => {
  const { registry, author, here } = await signedOnce()
  await publish(registry, author, 'echo 2\n', '')
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['hello'] } })
  expect(lockOf(here)['@acme/hello']).toMatchObject({ version: '2' })
  await buttons('verify hello')
    .in(here)
    .expect({ data: { signature: 'valid' } })
})

test.each(['another publisher', 'nobody'])('a version signed by %s is refused', async (by) => {
  const { registry, here } = await signedOnce()
  await publish(registry, maker(), 'echo evil\n', by === 'nobody' ? '' : '--sign')
  const message = by === 'nobody' ? 'it is not signed' : 'it is signed by key'
  const before = here.read('data/buttons-lock.json')
  await buttons('add @acme/hello')
    .in(here)
    .expect({
      error: {
        code: 'ADD_ERROR',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('--accept-new-publisher'),
      },
    })
  await buttons('update')
    .in(here)
    .expect({
      data: { buttons: [{ error: expect.stringContaining(message) }], updated_buttons: [] },
    })
  await buttons('__update').in(here).expect({ stdout: '' })
  expect(here.read('data/buttons-lock.json')).toBe(before)
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo 1\n')
  await buttons('add @acme/hello --accept-new-publisher')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  const entry = lockOf(here)['@acme/hello']!
  expect(entry['publisher_key']).toBe(registry.rows[1]!['publisher_key'] as string)
  expect(entry['version']).toBe('2')
})

test('whoever accepts a new publisher of one package accepts that of no other', async () => {
  const { registry, here } = await signedOnce()
  registry.put('@acme/other', '1', buttonFiles('other'))
  await publish(registry, maker(), 'echo evil\n')
  await buttons('add @acme/other --accept-new-publisher')
    .in(here)
    .expect({ error: { message: expect.stringContaining('"@acme/hello@2": it is signed by key') } })
  await buttons('add @acme/other --accept-new-publisher --no-refresh')
    .in(here)
    .expect({ data: { installed: ['hello', 'other'] } })
  expect(lockOf(here)['@acme/hello']).toMatchObject({ version: '1' })
})

test('update accepts a new publisher when told', async () => {
  const { registry, here } = await signedOnce()
  await publish(registry, maker(), 'echo 2\n')
  await buttons('update --accept-new-publisher')
    .in(here)
    .expect({ data: { updated_buttons: ['hello'] } })
})

test('the first signed version of a package pins its publisher', async () => {
  const registry = openRegistry()
  const author = maker()
  await publish(registry, author, 'echo 1\n', '')
  const here = registry.use(emptyHome())
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  await publish(registry, author, 'echo 2\n')
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['hello'] } })
  expect(lockOf(here)['@acme/hello']).toHaveProperty('publisher_key')
})

test.each([
  ['signature', (value: string) => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`],
  ['publisher_key', () => new Uint8Array(32).fill(7).toBase64()],
  ['signature', () => 'no base64'],
])('a wrong %s in the index is refused', async (field, change) => {
  const { registry } = await signedOnce()
  const row = registry.rows[0]!
  row[field] = change(row[field] as string)
  await buttons('add @acme/hello')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: expect.stringContaining('not that of its publisher') } })
})

test('other content under a signature is refused', async () => {
  const { registry } = await signedOnce()
  const { publisher_key, signature } = registry.rows[0]!
  registry.rows.length = 0
  registry.put('@acme/hello', '1', buttonFiles('hello', 'evil'), { publisher_key, signature })
  await buttons('add @acme/hello')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: expect.stringContaining('not that of its publisher') } })
})

test('a signature for one version does not serve for another', async () => {
  const { registry } = await signedOnce()
  const row = registry.rows[0]!
  registry.archives.set('@acme/hello@9', registry.archives.get('@acme/hello@1')!)
  registry.rows.push({ ...row, version: '9' })
  await buttons('add @acme/hello')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: expect.stringContaining('not that of its publisher') } })
})

test('an index that promises other content is not believed', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'), { content_hash: sha256('other') })
  await buttons('add @acme/hello')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: expect.stringContaining('content hash mismatch') } })
})
