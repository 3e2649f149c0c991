import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { buttonFiles, openRegistry } from '../helpers/registry.ts'

const registry = openRegistry()
registry.put('@acme/hello', '1', buttonFiles('hello', 'echo one\n'))
registry.put('@acme/hello', '2', buttonFiles('hello', 'echo two\n'))

const home = () => registry.use(emptyHome())
const json = (here: Home, path: string) => JSON.parse(here.read(path)) as Record<string, never>

test('add installs the newest version and says so in manifest, lock and folder', async () => {
  const here = home()
  await buttons('add @acme/hello')
    .in(here)
    .expect({
      data: {
        name: '@acme/hello',
        requested: 'latest',
        installed: ['hello'],
        skipped: [],
        missing_batteries: [],
        permissions: [{ package: '@acme/hello', runtimes: ['shell'] }],
      },
    })
  expect(json(here, 'data/buttons.json')).toEqual({ schema_version: 1, dependencies: { '@acme/hello': 'latest' } } as never) // prettier-ignore
  expect(json(here, 'data/buttons-lock.json')).toMatchObject({
    dependencies: {
      '@acme/hello': {
        kind: 'button',
        requested: 'latest',
        version: '2',
        content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        installed_name: 'hello',
        resolved_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        source: registry.url,
      },
    },
  })
  expect(here.list('data/buttons/hello')).toEqual(['.buttons-install-state.json', 'button.json', 'main.sh', 'pressed']) // prettier-ignore
  expect(statSync(join(here.data, 'buttons/hello/main.sh')).mode & 0o777).toBe(0o700)
  expect(statSync(join(here.data, 'buttons/hello/button.json')).mode & 0o777).toBe(0o600)
  expect(json(here, 'data/buttons/hello/button.json')).toMatchObject({ version: '2', source: '@acme/hello@2' }) // prettier-ignore
  await buttons('press hello')
    .in(here)
    .expect({ data: { stdout: 'two\n' } })
  expect(here.list('data').filter((name) => name.startsWith('.staging'))).toEqual([])
})
