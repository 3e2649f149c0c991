import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome } from '../helpers/home.ts'

test('a fresh home shows what counts without being set', async () => {
  await buttons('config')
    .in(emptyHome())
    .expect({
      json: { ok: true, data: { 'buttons-auto-update': true, 'cli-auto-update': false } },
    })
})

const accepted = [
  ['default-timeout', '600', 'timeout_seconds', 600],
  ['default-timeout', '007', 'timeout_seconds', 7],
  ['theme', 'amber', 'theme', 'amber'],
  ['buttons-auto-update', 'F', 'buttons_auto_update', false],
  ['cli-auto-update', '1', 'cli_auto_update', true],
  ['history-keep', '5', 'history_keep', 5],
  ['history-max-age', '720h', 'history_max_age', '720h'],
  ['history-max-bytes', '500M', 'history_max_bytes', '500M'],
] as const

test.each(accepted)('%s takes %s', async (key, value, field, stored) => {
  const home = emptyHome()
  await buttons('config', 'set', key, value)
    .in(home)
    .expect({ json: { ok: true, data: { key, value } } })
  expect(JSON.parse(home.read('data/settings.json'))).toEqual({
    schema_version: 1,
    defaults: { [field]: stored },
  })
  expect(statSync(`${home.data}/settings.json`).mode & 0o777).toBe(0o600)
  await buttons('config')
    .in(home)
    .expect({ data: { [key]: stored } })
  await buttons('config', 'unset', key)
    .in(home)
    .expect({ json: { ok: true, data: { key, unset: true } } })
  expect(JSON.parse(home.read('data/settings.json'))).toEqual({ schema_version: 1, defaults: {} })
})

const refused = [
  ['default-timeout', ''],
  ['default-timeout', 'abc'],
  ['default-timeout', '0'],
  ['default-timeout', '-5'],
  ['default-timeout', '1.5'],
  ['default-timeout', '99999999999999999999'],
  ['history-keep', '0'],
  ['history-max-age', '30d'],
  ['history-max-age', '0'],
  ['history-max-bytes', 'much'],
  ['theme', 'pink'],
  ['theme', 'AMBER'],
  ['buttons-auto-update', 'maybe'],
  ['cli-auto-update', 'yes'],
] as const

test.each(refused)('%s refuses "%s"', async (key, value) => {
  const home = emptyHome()
  await buttons('config', 'set', '--', key, value)
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR', message: expect.stringContaining(key) } })
  expect(home.list('data')).not.toContain('settings.json')
})

test('an unknown setting is refused with the one that was meant', async () => {
  const home = emptyHome()
  const error = { code: 'VALIDATION_ERROR', hint: 'Did you mean "default-timeout"?' }
  await buttons('config set default-timout 5').in(home).expect({ error })
  await buttons('config unset default-timout').in(home).expect({ error })
})

test('people see settings on stdout and problems with the name of the command', async () => {
  const home = emptyHome()
  await buttons('config')
    .in(home)
    .onTerminal()
    .expect({ stdout: /^buttons-auto-update = true\ncli-auto-update = false\n/ })
  await buttons('config set theme pink')
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /^config: Cannot set "theme" to "pink": it must be one of / })
})

test('a settings file that cannot be read is left alone', async () => {
  const home = emptyHome()
  home.write('data/settings.json', '{ broken')
  const error = { code: 'VALIDATION_ERROR', message: expect.stringContaining('settings.json') }
  for (const line of [
    'config',
    'config set theme amber',
    'config unset theme',
    'config set theme amber --summary',
  ])
    await buttons(line).in(home).expect({ error })
  expect(home.read('data/settings.json')).toBe('{ broken')
})

test('what others wrote into the file stays', async () => {
  const home = emptyHome()
  const before = { schema_version: 1, mine: 1, defaults: { theme: 'paper', other: [1] } }
  home.write('data/settings.json', JSON.stringify(before))
  await buttons('config set theme amber')
    .in(home)
    .expect({ data: { key: 'theme' } })
  expect(JSON.parse(home.read('data/settings.json'))).toEqual({
    ...before,
    defaults: { ...before.defaults, theme: 'amber' },
  })
})

test('a plan writes nothing and still refuses what is wrong', async () => {
  const home = emptyHome()
  await buttons('config set theme amber --summary')
    .in(home)
    .expect({
      json: {
        ok: true,
        data: {
          summary: true,
          executed: false,
          command: 'config set',
          would: { key: 'theme', value: 'amber' },
        },
      },
    })
  await buttons('config unset theme --summary')
    .in(home)
    .expect({ data: { executed: false, would: { key: 'theme' } } })
  await buttons('config set theme pink --summary')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  expect(home.list('data')).not.toContain('settings.json')
})

test('settings belong to the user, whatever project is active', async () => {
  const home = emptyHome()
  home.write('work/.buttons/.keep', '')
  const inProject = buttons('config set theme amber').in(home).env({ BUTTONS_HOME: undefined })
  await inProject.expect({ data: { key: 'theme' } })
  expect(home.list('.buttons')).toContain('settings.json')
  expect(home.list('work/.buttons')).not.toContain('settings.json')
})
