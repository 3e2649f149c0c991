import { expect, test } from 'bun:test'
import type { PressResult } from '#spec/run.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith, writeButton } from '../helpers/home.ts'

const records = (home: Home, name: string) =>
  home
    .list(`data/buttons/${name}/pressed`)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(home.read(`data/buttons/${name}/pressed/${file}`)))

test('a press gives what the script printed and leaves one record', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  await buttons('press hello')
    .in(home)
    .expect({
      data: {
        status: 'ok',
        exit_code: 0,
        stdout: 'hi\n',
        stderr: '',
        button: 'hello',
        duration_ms: expect.any(Number),
        started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        run_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    })
  expect(records(home, 'hello')).toMatchObject([
    { button: 'hello', button_name: 'hello', status: 'ok', stdout: 'hi\n', exit_code: 0 },
  ])
})

test('a button is found by any spelling of its name', async () => {
  const home = homeWith({ buttons: { 'my-button': 'echo hi' } })
  await buttons('press', 'My Button')
    .in(home)
    .expect({ data: { button: 'my-button' } })
})

test('an unknown button is named, with the one that was meant', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('press deploi')
    .in(home)
    .expect({
      error: { code: 'NOT_FOUND', hint: expect.stringContaining('"deploy"') },
    })
})

test('a failed press is an error that carries the whole result', async () => {
  const home = homeWith({ buttons: { bad: 'echo half; echo "no space" >&2; exit 42' } })
  const { stdout } = await buttons('press bad')
    .in(home)
    .expect({
      error: { code: 'SCRIPT_ERROR', message: 'no space\n' },
      data: { status: 'error', exit_code: 42, stdout: 'half\n', error_type: 'SCRIPT_ERROR' },
    })
  expect(JSON.parse(stdout)).toMatchObject({ ok: false })
  expect(records(home, 'bad')).toMatchObject([{ status: 'error', exit_code: 42 }])
})

test('a failure without a word says how it ended', async () => {
  const home = homeWith({
    buttons: { quiet: 'exit 3', blank: 'echo " " >&2; exit 4', shot: 'kill -9 $$' },
  })
  const cases = [
    ['quiet', 'exit status 3', 3],
    ['blank', 'exit status 4', 4],
    ['shot', 'ended by a signal', -1],
  ] as const
  for (const [name, message, exit_code] of cases)
    await buttons(`press ${name}`)
      .in(home)
      .expect({
        error: { code: 'SCRIPT_ERROR', message },
        data: { status: 'error', exit_code },
      })
})

test('a press that outlives its timeout is stopped and recorded, with what it printed', async () => {
  const home = homeWith({
    buttons: { slow: { code: 'echo begun; exec sleep 30', spec: { timeout_seconds: 300 } } },
  })
  await buttons('press slow --timeout 1')
    .in(home)
    .expect({
      error: {
        code: 'TIMEOUT',
        message: 'timed out after 1s',
        hint: expect.stringContaining('--timeout'),
      },
      data: { status: 'timeout', exit_code: -1, stdout: 'begun\n' },
    })
  expect(records(home, 'slow')).toMatchObject([{ status: 'timeout', error_type: 'TIMEOUT' }])
})

test('a timeout that is not above 0 leaves the one of the button', async () => {
  const home = homeWith({ buttons: { hello: { code: 'echo hi', spec: { timeout_seconds: 0 } } } })
  for (const words of ['--timeout 0', '--timeout -5', '--timeout=0'])
    await buttons(`press hello ${words}`)
      .in(home)
      .expect({ data: { status: 'ok' } })
})

const args = [
  { name: 'env', type: 'enum', required: true, values: ['staging', 'prod'] },
  { name: 'url', type: 'string', required: false },
  { name: 'token', type: 'string', required: false, secret: true },
]

test('arguments reach the script, the last of several wins, values keep their signs', async () => {
  const home = emptyHome()
  writeButton(home, 'deploy', {
    code: 'echo "$BUTTONS_ARG_ENV $BUTTONS_ARG_URL ${BUTTONS_ARG_TOKEN-none}"',
    spec: { args },
  })
  await buttons(
    'press',
    'deploy',
    '--arg',
    'env=prod',
    '--arg=env=staging',
    '--arg',
    'url=https://h/?a=b,c',
  )
    .in(home)
    .expect({
      data: {
        stdout: 'staging https://h/?a=b,c none\n',
        args: { env: 'staging', url: 'https://h/?a=b,c' },
      },
    })
})

test('an argument error carries the declarations and runs nothing', async () => {
  const home = homeWith({ buttons: { deploy: { code: 'true', spec: { args } } } })
  const cases: [string[], string, string][] = [
    [[], 'MISSING_ARG', '"env"'],
    [['--arg', 'env=dev'], 'VALIDATION_ERROR', 'staging, prod'],
    [['--arg', 'env'], 'VALIDATION_ERROR', 'key=value'],
  ]
  for (const [words, code, message] of cases)
    await buttons('press', 'deploy', ...words)
      .in(home)
      .expect({
        error: {
          code,
          message: expect.stringContaining(message),
          hint: 'buttons deploy --json shows the arguments',
          spec: args,
        },
      })
  expect(home.list('data/buttons/deploy/pressed')).toEqual([])
})

test('a button nobody made is missed before its arguments are read', async () => {
  await buttons('press', 'nope', '--arg', 'env')
    .in(emptyHome())
    .expect({ error: { code: 'NOT_FOUND' } })
})

test('a dry run shows the plan, no secret, and does nothing', async () => {
  const home = emptyHome()
  writeButton(home, 'deploy', {
    code: 'touch "$HOME/ran"',
    spec: {
      args,
      env: { REGION: 'eu', TOKEN: 'long battery value' },
      timeout_seconds: 20,
      queue: { name: 'deploys', concurrency: 2, key: '${args.env}' },
      requires_batteries: ['ABSENT'],
    },
  })
  home.write(
    'data/batteries.json',
    '{"schema_version":1,"batteries":{"KEY":"long battery value","A":"x"}}',
  )
  const words = ['press', 'deploy', '--arg', 'env=prod', '--arg', 'token=hunter2']
  const json = {
    ok: true,
    data: {
      button: 'deploy',
      runtime: 'shell',
      timeout: 20,
      args: { env: 'prod', token: '[redacted]' },
      env: {
        REGION: 'eu',
        TOKEN: '[redacted]',
        BUTTONS_ARG_ENV: 'prod',
        BUTTONS_ARG_TOKEN: '[redacted]',
      },
      queue: { name: 'deploys', concurrency: 2, key: 'prod' },
      batteries: ['A', 'KEY'],
      missing_batteries: ['ABSENT'],
      interpreter: '/bin/sh',
    },
  }
  await buttons(...words, '--dry-run')
    .in(home)
    .expect({ json })
  await buttons(...words, '--summary')
    .in(home)
    .expect({ json })
  const shown = await buttons(...words, '--dry-run')
    .in(home)
    .onTerminal()
    .expect({ stdout: /"interpreter"/ })
  expect(JSON.parse(shown.stdout)).toEqual(json.data)
  expect(home.list('.')).not.toContain('ran')
  expect(home.list('data/buttons/deploy/pressed')).toEqual([])
})

test('a dry run of the simplest button has empty arguments', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  await buttons('press hello --dry-run')
    .in(home)
    .expect({
      json: {
        ok: true,
        data: {
          button: 'hello',
          runtime: 'shell',
          timeout: 300,
          args: {},
          env: {},
          batteries: [],
          interpreter: '/bin/sh',
        },
      },
    })
})

test('a dry run of an HTTP button shows the request, header values masked', async () => {
  const home = homeWith({
    buttons: {
      call: {
        spec: {
          runtime: 'http',
          url: 'https://example.com/users/{{user}}#top',
          method: 'POST',
          headers: { Authorization: 'Bearer abcdef' },
          body: '{"user":"{{user}}"}',
          args: [{ name: 'user', type: 'string', required: true }],
        },
      },
    },
  })
  const { stdout } = await buttons('press', 'call', '--arg', 'user=a b', '--dry-run')
    .in(home)
    .expect({
      data: {
        runtime: 'http',
        url: 'https://example.com/users/a%20b#top',
        method: 'POST',
        headers: { Authorization: expect.stringMatching(/^•+$/) },
        body: '{"user":"a b"}',
      },
    })
  expect(stdout).not.toContain('abcdef')
})

test('batteries that a button requires in vain are named before, and when it fails', async () => {
  const home = emptyHome()
  const spec = { requires_batteries: ['TOKEN', 'REGION'] }
  writeButton(home, 'needs', { code: 'exit 1', spec })
  home.write('data/batteries.json', '{"schema_version":1,"batteries":{"REGION":"eu"}}')
  await buttons('press needs')
    .in(home)
    .expect({
      stderr: /^warning: .*requires batteries nobody has set: TOKEN\n$/,
      error: { code: 'SCRIPT_ERROR', hint: expect.stringContaining('batteries set TOKEN') },
      data: { missing_batteries: ['TOKEN'] },
    })
})

test('--follow shows lines as they come on stderr, and the result as ever', async () => {
  const code = 'echo first; echo oops >&2; echo second; printf trailing'
  const home = homeWith({ buttons: { talk: code } })
  const finished = await buttons('press talk --follow').in(home)
  expect(finished.stderr.split('\n').sort()).toEqual(['', '! oops', 'first', 'second', 'trailing'])
  expect(JSON.parse(finished.stdout)).toMatchObject({
    ok: true,
    data: { stdout: 'first\nsecond\ntrailing', stderr: 'oops\n' },
  })
})

test('--follow of what fails shows its lines and then the failure', async () => {
  const home = homeWith({ buttons: { bad: 'echo why >&2; exit 1' } })
  await buttons('press -f bad')
    .in(home)
    .expect({ stderr: '! why\n', error: { message: 'why\n' }, data: { exit_code: 1 } })
})

test('an output of many megabytes is delivered whole', async () => {
  const home = homeWith({ buttons: { big: 'head -c 9000000 /dev/zero | tr "\\0" y' } })
  const { stdout } = await buttons('press big').in(home).data<PressResult>()
  expect(stdout).toHaveLength(9_000_000)
})
