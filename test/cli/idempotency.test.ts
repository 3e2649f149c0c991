import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

/** A button that leaves one line in `runs` for each time it really ran. */
const counting = 'echo run >> runs; echo "hi $BUTTONS_ARG_WHO"'
const runs = (home: Home) =>
  home.list('work').includes('runs') ? home.read('work/runs').split('\n').length - 1 : 0
const greeter = (spec: Record<string, unknown> = {}) =>
  homeWith({ buttons: { greet: { code: counting, spec } } })
const entryPath = (home: Home, key: string) => join(home.data, 'idempotency', `${hash(key)}.json`)
const entryOf = (home: Home, key: string) => JSON.parse(readFileSync(entryPath(home, key), 'utf8'))

test('two presses with one key run once, without a key each runs', async () => {
  const home = greeter()
  const press = buttons('press greet --idempotency-key abc').in(home)
  const first = await press.data()
  const again = await press.expect({ json: { ok: true, data: first, cached: true } })
  expect(again.stdout.endsWith('}\n')).toBe(true)
  expect(runs(home)).toBe(1)
  await buttons('press greet').in(home).data()
  await buttons('press greet').in(home).data()
  expect(runs(home)).toBe(3)
})

test('an answer from the cache leaves no record', async () => {
  const home = greeter()
  const press = buttons('press greet --idempotency-key abc').in(home)
  await press.data()
  await press.data()
  const records = home.list('data/buttons/greet/pressed').filter((name) => name.endsWith('.json'))
  expect(records).toHaveLength(1)
})

test('the entry is one private file named by the hash of the key', async () => {
  const home = greeter()
  const data = await buttons('press greet --arg who=me --idempotency-key abc')
    .in(home)
    .expect({ data: { stdout: 'hi me\n' }, stderr: /declares no argument "who"/ })
  const entry = entryOf(home, 'abc')
  expect(entry).toEqual({
    key: 'abc',
    stored_at: expect.stringMatching(/^\d{4}-.*Z$/),
    expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
    button: 'greet',
    args_hash: hash('{"who":"me"}'),
    result: JSON.parse(data.stdout).data,
  })
  expect(Object.keys(entry).slice(0, 3)).toEqual(['key', 'stored_at', 'expires_at'])
  expect(Date.parse(entry.expires_at) - Date.parse(entry.stored_at)).toBe(24 * 3600 * 1000)
  expect(statSync(entryPath(home, 'abc')).mode & 0o777).toBe(0o600)
  expect(statSync(join(home.data, 'idempotency')).mode & 0o777).toBe(0o700)
  expect(home.list('data/idempotency')).toEqual([`${hash('abc')}.json`])
})

test.each([
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['0', 86_400_000],
  ['-1s', -1000],
])('a time to live of %s is kept as such', async (ttl, ms) => {
  const home = greeter()
  await buttons('press', 'greet', '--idempotency-key', 'k', `--idempotency-ttl=${ttl}`)
    .in(home)
    .data()
  const { stored_at, expires_at } = entryOf(home, 'k')
  expect(Date.parse(expires_at) - Date.parse(stored_at)).toBe(ms)
})

test.each(['90', 'soon', ''])('a time to live of "%s" is refused', async (ttl) => {
  await buttons('press', 'greet', '--idempotency-key', 'k', '--idempotency-ttl', ttl)
    .in(greeter())
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /idempotency-ttl/ })
})

test('an entry with a negative time to live is expired at once', async () => {
  const home = greeter()
  const press = buttons('press greet --idempotency-key k --idempotency-ttl=-1s').in(home)
  await press.data()
  await press.data()
  expect(runs(home)).toBe(2)
})

test('an empty key is no key', async () => {
  const home = greeter()
  const press = buttons('press', 'greet', '--idempotency-key', '').in(home)
  await press.data()
  await press.data()
  expect(runs(home)).toBe(2)
  expect(home.list('data')).not.toContain('idempotency')
})

test('in text mode a cached answer says so and prints the output again', async () => {
  const home = greeter()
  const press = buttons('press greet --idempotency-key order-1').in(home).onTerminal()
  await press.expect({ stdout: /^hi \n✓ greet \(\d+ms, exit 0\)\n$/ })
  await press.expect({ stdout: /✓ greet .*cache.*"order-1".*\nhi \n$/ })
})

test('failures are not stored: they run again', async () => {
  const home = homeWith({ buttons: { bad: 'echo run >> runs; exit 3' } })
  const press = buttons('press bad --idempotency-key k').in(home)
  await press.expect({ error: { code: 'SCRIPT_ERROR' } })
  await press.expect({ error: { code: 'SCRIPT_ERROR' } })
  expect(runs(home)).toBe(2)
  expect(home.list('data/idempotency')).toEqual([])
})

describe('one key means one thing', () => {
  test('with other arguments nothing runs', async () => {
    const home = greeter({ args: [{ name: 'who', type: 'string' }] })
    await buttons('press greet --arg who=a --idempotency-key k').in(home).data()
    await buttons('press greet --arg who=b --idempotency-key k')
      .in(home)
      .expect({
        error: { code: 'IDEMPOTENCY_KEY_REUSED', message: expect.stringContaining('"k"') },
      })
    expect(runs(home)).toBe(1)
  })

  test('for another button nothing runs', async () => {
    const home = homeWith({ buttons: { one: counting, two: counting } })
    await buttons('press one --idempotency-key k').in(home).data()
    await buttons('press two --idempotency-key k')
      .in(home)
      .expect({
        error: { code: 'IDEMPOTENCY_KEY_REUSED', message: expect.stringContaining('"one"') },
      })
    expect(runs(home)).toBe(1)
  })

  test('the order of the arguments does not matter', async () => {
    const home = greeter({
      args: [
        { name: 'a', type: 'string' },
        { name: 'b', type: 'string' },
      ],
    })
    await buttons('press greet --arg a=1 --arg b=2 --idempotency-key k').in(home).data()
    const { stdout } = await buttons('press greet --arg b=2 --arg a=1 --idempotency-key k').in(home)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, cached: true })
    expect(runs(home)).toBe(1)
  })
})

describe('entries of older programs', () => {
  const older = (home: Home, changes: object) => {
    const entry = {
      key: 'k',
      stored_at: '2026-05-02T09:00:00.123456789+02:00',
      expires_at: '2999-01-01T00:00:00Z',
      result: {
        status: 'ok',
        exit_code: 0,
        stdout: 'old\n',
        stderr: '',
        duration_ms: 5,
        button: 'greet',
        started_at: '2026-05-02T09:00:00Z',
      },
      ...changes,
    }
    home.write(`data/idempotency/${hash('k')}.json`, JSON.stringify(entry))
  }

  test('answer the press they came from', async () => {
    const home = greeter()
    older(home, {})
    await buttons('press greet --idempotency-key k')
      .in(home)
      .expect({ data: { stdout: 'old\n' } })
    expect(runs(home)).toBe(0)
  })

  test('answer no other', async () => {
    const home = homeWith({ buttons: { greet: counting, two: counting } })
    older(home, {})
    await buttons('press two --idempotency-key k')
      .in(home)
      .expect({ error: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  })

  test.each([
    ['expired', { expires_at: '2020-01-01T00:00:00Z' }],
    ['without a result', { result: null }],
  ])('that are %s are replaced', async (_, changes) => {
    const home = greeter()
    older(home, changes)
    await buttons('press greet --idempotency-key k')
      .in(home)
      .expect({ data: { stdout: 'hi \n' } })
    expect(entryOf(home, 'k').button).toBe('greet')
  })
})

test('a progress file that is gone is no longer mentioned', async () => {
  const home = greeter()
  const press = buttons('press greet --idempotency-key k').in(home)
  const { progress_path: path } = await press.data<{ progress_path: string }>()
  expect(await press.data()).toMatchObject({ progress_path: path })
  await Bun.file(path).delete()
  expect(await press.data()).not.toHaveProperty('progress_path')
})

test('an entry that cannot be read is a warning, and the press runs', async () => {
  const home = greeter()
  home.write(`data/idempotency/${hash('k')}.json/inside`, '')
  await buttons('press greet --idempotency-key k')
    .in(home)
    .expect({
      data: { stdout: 'hi \n' },
      stderr: /^warning: Cannot read.*"k".*\nwarning: Cannot store.*"k".*\n$/,
    })
})

test('arguments are checked and a dry run is answered before the cache is asked', async () => {
  const home = greeter({ args: [{ name: 'who', type: 'string', required: true }] })
  await buttons('press greet --idempotency-key k')
    .in(home)
    .expect({ error: { code: 'MISSING_ARG' } })
  await buttons('press greet --arg who=me --idempotency-key k --dry-run').in(home).data()
  expect(runs(home)).toBe(0)
  expect(home.list('data')).not.toContain('idempotency')
})

test('storing an answer drops what has expired and what a dead press left behind', async () => {
  const home = greeter()
  await buttons('press greet --idempotency-key old --idempotency-ttl=-1s').in(home).data()
  home.write(`data/idempotency/${hash('dead')}.lock`, '')
  home.write('data/idempotency/notes.txt', 'not ours')
  await buttons('press greet --idempotency-key new').in(home).data()
  expect(home.list('data/idempotency')).toEqual([`${hash('new')}.json`, 'notes.txt'].sort())
})

test('no secret reaches the cache, and the answers are those of a press', async () => {
  const home = homeWith({
    buttons: {
      login: {
        code: 'echo "$BUTTONS_BAT_TOKEN $BUTTONS_ARG_PIN"; echo "$BUTTONS_BAT_TOKEN" >&2',
        spec: { args: [{ name: 'pin', type: 'string', secret: true }] },
      },
    },
  })
  home.write(
    'data/batteries.json',
    JSON.stringify({ schema_version: 1, batteries: { TOKEN: 'hunter2-hunter2' } }),
  )
  const press = buttons('press login --arg pin=4711 --idempotency-key k').in(home)
  await press.expect({ data: { stdout: 'hunter2-hunter2 4711\n', args: { pin: '4711' } } })
  const stored = readFileSync(entryPath(home, 'k'), 'utf8')
  expect(stored).not.toMatch(/hunter2|4711/)
  await press.expect({ data: { stdout: '[redacted] [redacted]\n', args: { pin: '4711' } } })
})

test('a cache in the way of its lock keeps the press from running', async () => {
  const home = greeter()
  writeFileSync(join(home.root, 'data-file'), '')
  home.write('data/idempotency', 'a file')
  await buttons('press greet --idempotency-key k')
    .in(home)
    .expect({ error: { code: 'STORAGE_ERROR' } })
  expect(runs(home)).toBe(0)
})

describe('several processes with one key', () => {
  const slow = 'echo run >> runs; while [ ! -e go ]; do sleep 0.01; done; echo "$$"'

  test('eight at once run once and all get that answer', async () => {
    const home = homeWith({ buttons: { slow } })
    const all = Array.from({ length: 8 }, () => start(home, 'press slow --idempotency-key k'))
    await until(() => runs(home) > 0)
    home.write('work/go', '')
    const answers = await Promise.all(all.map(({ finished }) => finished))
    expect(answers.map(({ exit, stderr }) => ({ exit, stderr }))).toEqual(
      Array.from({ length: 8 }, () => ({ exit: 0, stderr: '' })),
    )
    const documents = answers.map(({ stdout }) => JSON.parse(stdout))
    expect(new Set(documents.map(({ data }) => JSON.stringify(data))).size).toBe(1)
    expect(documents.filter(({ cached }) => cached === undefined)).toHaveLength(1)
    expect(runs(home)).toBe(1)
    expect(home.list('data/idempotency')).toEqual([`${hash('k')}.json`])
  })

  test('a press that was killed leaves its key to the next', async () => {
    const home = homeWith({ buttons: { slow } })
    const first = start(home, 'press slow --idempotency-key k')
    await until(() => runs(home) > 0)
    first.kill('SIGKILL')
    await first.finished
    home.write('work/go', '')
    expect(await buttons('press slow --idempotency-key k').in(home).data()).toMatchObject({
      status: 'ok',
    })
    expect(runs(home)).toBe(2)
  })

  test('who waits for the answer too long is told so', async () => {
    const home = homeWith({ buttons: { slow } })
    const first = start(home, 'press slow --idempotency-key k')
    await until(() => runs(home) > 0)
    await buttons('press slow --idempotency-key k --timeout 1')
      .in(home)
      .expect({ error: { code: 'QUEUE_TIMEOUT', message: expect.stringContaining('"k"') } })
    home.write('work/go', '')
    expect((await first.finished).exit).toBe(0)
    expect(runs(home)).toBe(1)
  })
})
