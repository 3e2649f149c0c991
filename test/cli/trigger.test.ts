// `buttons trigger …`, from outside.

import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { deliveryOf, inboxOf } from '../helpers/inbox.ts'

const home = () => homeWith({ buttons: { hello: 'echo hi', other: 'echo other' } })
const spec = (from: Home, name = 'hello') =>
  JSON.parse(from.read(`data/buttons/${name}/button.json`)) as Record<string, unknown>

interface Added {
  trigger: { id: string; created_at: string }
}

async function add(to: Home, ...words: string[]): Promise<string> {
  const { trigger } = await buttons('trigger', 'add', ...words)
    .in(to)
    .data<Added>()
  return trigger.id
}

test('a schedule is stored, listed and removed', async () => {
  const at = home()
  const { trigger } = await buttons(
    'trigger',
    'add',
    'Hello',
    '--cron',
    '--schedule',
    '*/5 * * * *',
    '--arg',
    'a=b=c',
  )
    .in(at)
    .data<Added>()
  expect(trigger).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}$/),
    kind: 'cron',
    schedule: '*/5 * * * *',
    args: { a: 'b=c' },
    created_at: expect.stringMatching(/Z$/),
  } as never)
  expect(spec(at)).toMatchObject({ triggers: [trigger], schema_version: 2 })
  expect(spec(at)['updated_at']).not.toBe('2026-05-02T09:00:00.000Z')
  await buttons('trigger list hello')
    .in(at)
    .expect({ data: { button: 'hello', triggers: [trigger] } })
  await buttons('trigger list')
    .in(at)
    .expect({ data: { triggers: [{ button: 'hello', trigger }] } })
  await buttons(`trigger rm hello ${trigger.id}`)
    .in(at)
    .expect({ json: { ok: true, data: { removed: trigger.id, button: 'hello' } } })
  await buttons('trigger list hello')
    .in(at)
    .expect({ json: { ok: true, data: { button: 'hello', triggers: [] } } })
  expect(spec(at)).not.toHaveProperty('triggers')
})

test('keys of the file that nobody knows survive', async () => {
  const at = homeWith({ buttons: { hello: { code: 'echo', spec: { future: { a: 1 } } } } })
  const id = await add(at, 'hello', '--watch', '--path', './x.json')
  await buttons(`trigger rm hello ${id}`).in(at).expect({ data: {} })
  expect(spec(at)).toMatchObject({ future: { a: 1 } })
})

const refused: [string, string[], string, RegExp][] = [
  ['no kind', [], 'VALIDATION_ERROR', /exactly one/],
  ['two kinds', ['--cron', '--watch', '--path', 'x'], 'VALIDATION_ERROR', /exactly one/],
  ['no schedule', ['--cron'], 'VALIDATION_ERROR', /--schedule/],
  ['no cron', ['--cron', '--schedule', 'not a cron'], 'VALIDATION_ERROR', /schedule/],
  ['a zone without end', ['--cron', '--schedule', 'TZ=UTC'], 'VALIDATION_ERROR', /zone/],
  ['Sunday as 7', ['--cron', '--schedule', '0 0 * * 7'], 'VALIDATION_ERROR', /use 0/],
  [
    'another zone',
    ['--cron', '--schedule', '@daily', '--timezone', 'X/Y'],
    'VALIDATION_ERROR',
    /zone/,
  ],
  ['no path', ['--watch', '--path', ' '], 'VALIDATION_ERROR', /--path/],
  ['no slash', ['--webhook', '--webhook-path', 'hooks/x'], 'VALIDATION_ERROR', /start with/],
  ['no webhook path', ['--webhook'], 'VALIDATION_ERROR', /start with/],
  ['our own path', ['--webhook', '--webhook-path', '/api/x'], 'TRIGGER_PATH_RESERVED', /itself/],
  [
    'auth without secret',
    ['--webhook', '--webhook-path', '/x', '--auth', 'github'],
    'VALIDATION_ERROR',
    /--secret/,
  ],
  [
    'unknown auth',
    ['--webhook', '--webhook-path', '/x', '--auth', 'x'],
    'VALIDATION_ERROR',
    /one of/,
  ],
  [
    'a broken filter',
    ['--webhook', '--webhook-path', '/x', '--filter', 'a =='],
    'VALIDATION_ERROR',
    /expression/,
  ],
  ['no key', ['--cron', '--schedule', '@daily', '--arg', '=x'], 'VALIDATION_ERROR', /key=value/],
  ['other overlap', ['--watch', '--path', 'x', '--overlap', 'x'], 'VALIDATION_ERROR', /one of/],
]
test.each(refused)('%s is refused, and nothing is written', async (_, words, code, message) => {
  const at = home()
  const before = at.read('data/buttons/hello/button.json')
  await buttons('trigger', 'add', 'hello', ...words)
    .in(at)
    .expect({ error: { code, message: expect.stringMatching(message) } })
  expect(at.read('data/buttons/hello/button.json')).toBe(before)
})

test('what is not there is not found', async () => {
  const at = home()
  const missing = { error: { code: 'NOT_FOUND' } }
  await buttons('trigger add helo --cron --schedule @daily')
    .in(at)
    .expect({ error: { code: 'NOT_FOUND', hint: 'Did you mean "hello"?' } })
  await buttons('trigger rm hello 00000000').in(at).expect(missing)
  await buttons('trigger pause hello 00000000').in(at).expect(missing)
  await buttons('trigger list nobody').in(at).expect(missing)
})

test('a path belongs to one button or drawer', async () => {
  const at = home()
  await add(at, 'hello', '--webhook', '--webhook-path', '/x', '--token', 't')
  const taken = { error: { code: 'TRIGGER_PATH_CONFLICT' } }
  for (const name of ['hello', 'other'])
    await buttons('trigger', 'add', name, '--webhook', '--webhook-path', '/x').in(at).expect(taken)
  await buttons('drawer create flow').in(at).expect({ stdout: /./ })
  await buttons('drawer flow trigger webhook /x').in(at).expect(taken)
  await buttons('drawer flow trigger webhook /y').in(at).expect({ stdout: /./ })
  await buttons('trigger add other --webhook --webhook-path /y').in(at).expect(taken)
})

test('lists hide secrets, unless they only say where one is', async () => {
  const at = home()
  const auth = ['--auth', 'github', '--secret', '$BATTERY{GH}']
  await add(at, 'hello', '--webhook', '--webhook-path', '/x', '--token', 's3cret', ...auth)
  const { stdout } = await buttons('trigger list').in(at)
  expect(stdout).not.toContain('s3cret')
  await buttons('trigger list hello')
    .in(at)
    .expect({ data: { triggers: [{ token: '[redacted]', auth: { secret: '$BATTERY{GH}' } }] } })
  expect(spec(at)).toMatchObject({ triggers: [{ token: 's3cret' }] })
})

test('a paused trigger says so until it is resumed', async () => {
  const at = home()
  const id = await add(at, 'hello', '--cron', '--schedule', '@daily')
  await buttons(`trigger pause hello ${id}`)
    .in(at)
    .expect({ data: { trigger: { enabled: false } } })
  const { fires } = await buttons('trigger next hello').in(at).data<{ fires: unknown[] }>()
  expect(fires).toEqual([])
  await buttons('trigger list')
    .in(at)
    .onTerminal()
    .expect({ stdout: /@daily \(paused\)/ })
  await buttons(`trigger resume hello ${id}`)
    .in(at)
    .expect({ data: { button: 'hello' } })
  expect(spec(at)).toMatchObject({ triggers: [{ id, schedule: '@daily' }] })
  expect(at.read('data/buttons/hello/button.json')).not.toContain('"enabled"')
})

test('the next fires of all schedules stand in order', async () => {
  const at = home()
  const zone = ['--timezone', 'Asia/Tokyo']
  const id = await add(at, 'hello', '--cron', '--schedule', '0 0 1 1 *', ...zone)
  const { fires } = await buttons('trigger next --limit 2')
    .in(at)
    .data<{ fires: { at: string }[] }>()
  expect(fires).toEqual([
    {
      at: expect.stringMatching(/-12-31T15:00:00.000Z$/),
      id,
      schedule: '0 0 1 1 *',
      button: 'hello',
    },
    {
      at: expect.stringMatching(/-12-31T15:00:00.000Z$/),
      id,
      schedule: '0 0 1 1 *',
      button: 'hello',
    },
  ] as never)
  await buttons('trigger list')
    .in(at)
    .expect({ data: { triggers: [{ next_fire: fires[0]!.at }] } })
})

test('the last fire is what the inbox remembers', async () => {
  const at = home()
  const id = await add(at, 'hello', '--watch', '--path', 'x')
  const inbox = inboxOf(at)
  await inbox.accept(deliveryOf({ lane: `button/hello/${id}` }))
  await buttons('trigger list')
    .in(at)
    .expect({ data: { triggers: [{ last_fire: '2026-05-02T09:00:00.000Z' }] } })
})

test('drawers have schedules and watches, too', async () => {
  const at = home()
  await buttons('drawer create nightly').in(at).expect({ stdout: /./ })
  const { trigger } = await buttons('trigger add nightly --cron --schedule @daily --arg deep=yes')
    .in(at)
    .data<Added>()
  expect(trigger).toMatchObject({
    kind: 'cron',
    schedule: '@daily',
    inputs: { deep: 'yes' },
  } as never)
  await buttons('trigger list')
    .in(at)
    .expect({ data: { triggers: [], drawer_triggers: [{ drawer: 'nightly' }] } })
  await buttons('trigger add nightly --webhook --webhook-path /n')
    .in(at)
    .expect({ error: { code: 'VALIDATION_ERROR', hint: 'buttons drawer nightly trigger webhook' } })
  await buttons(`trigger rm nightly ${trigger.id}`)
    .in(at)
    .expect({ data: { drawer: 'nightly' } })
})

test('a summary tells and changes nothing', async () => {
  const at = home()
  const before = at.read('data/buttons/hello/button.json')
  await buttons('trigger add hello --cron --schedule @daily --summary')
    .in(at)
    .expect({ data: { executed: false, command: 'trigger add' } })
  expect(at.read('data/buttons/hello/button.json')).toBe(before)
})

test('a trigger that cannot work is mentioned', async () => {
  const triggers = [{ id: '00000001', kind: 'cron', schedule: 'nonsense', created_at: 'x' }]
  const at = homeWith({ buttons: { hello: { code: 'echo', spec: { triggers } } } })
  await buttons('trigger list')
    .in(at)
    .expect({ data: { triggers: [{ button: 'hello' }] }, stderr: /does not work: .*nonsense/ })
})

test('people see one line for each trigger', async () => {
  const at = home()
  await add(
    at,
    'hello',
    '--webhook',
    '--webhook-path',
    '/x',
    '--token',
    't',
    '--auth',
    'slack',
    '--secret',
    's',
  )
  await buttons('trigger list')
    .in(at)
    .onTerminal()
    .expect({ stdout: /webhook  hello  POST \/x \(token, slack\)/ })
  await buttons('trigger')
    .in(at)
    .expect({ stdout: /pause    Keep a trigger/ })
})
