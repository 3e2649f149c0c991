// `--remote URL`: the same commands on another host, with the same output and exit status.

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readEvents } from '#core/remote/events.ts'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { start, until } from '../helpers/program.ts'
import { serve } from '../helpers/servers.ts'

const fixtures = {
  hello: {
    code: 'echo "hello $BUTTONS_ARG_WHO"; echo aside >&2',
    spec: { args: [{ name: 'who', type: 'string', required: true }] },
  },
  bad: 'echo no >&2; exit 3',
  slow: { code: 'sleep 60', spec: { timeout_seconds: 1 } },
  wait: 'echo begun; touch "$HOME/begun"; until [ -e "$HOME/go" ]; do sleep 0.01; done',
  json: { code: 'echo text', spec: { output_schema: { type: 'object' } } },
}

async function open(flags: Record<string, unknown> = {}): Promise<{ there: Home; host: TestHost }> {
  const there = homeWith({ buttons: fixtures })
  return { there, host: await serveHome(there, flags) }
}

/** What differs from press to press. */
function settle(text: string): string {
  return text
    .replace(/"(duration_ms|queue_wait_ms)": \d+/g, '"$1": 0')
    .replace(/"(run_id|started_at|finished_at|pressed_at|progress_path)": "[^"]*"/g, '"$1": ""')
    .replace(/\d+ms/g, '0ms')
}

describe('press', () => {
  test.each([
    ['press hello --arg who=x'],
    ['press hello'],
    ['press hello --arg nonsense'],
    ['press bad'],
    ['press none'],
    ['press slow'],
    ['press json --check-output'],
    ['press hello --arg who=x --dry-run'],
  ])('%s prints and ends there as here', async (line) => {
    const { there, host } = await open()
    const here = await buttons(line).in(there)
    const remote = await buttons(`${line} --remote ${host.origin}`).in(emptyHome())
    expect(settle(remote.stdout)).toBe(settle(here.stdout))
    expect([remote.exit, remote.stderr]).toEqual([here.exit, here.stderr])
  })

  test.each(['press hello --arg who=x', 'press bad', 'press slow'])(
    '%s reads there as here on a terminal',
    async (line) => {
      const { there, host } = await open()
      const here = await buttons(line).in(there).onTerminal()
      const remote = await buttons(`${line} --remote ${host.origin}`).in(emptyHome()).onTerminal()
      expect(remote.exit).toBe(here.exit)
      // Both streams arrive in one, in an order of their own.
      const lines = (text: string) => settle(text).split('\n').toSorted()
      expect(lines(remote.stdout)).toEqual(lines(here.stdout))
    },
  )

  test('is recorded there and not here', async () => {
    const { there, host } = await open()
    const here = emptyHome()
    await buttons(`press hello --arg who=x --remote ${host.origin}`).in(here).data()
    expect(there.list('data/buttons/hello/pressed').length).toBeGreaterThan(0)
    expect(here.list('data/buttons')).toEqual([])
  })

  test('shows lines as they come', async () => {
    const { host } = await open()
    await buttons(`press hello --arg who=x --follow --remote ${host.origin}`)
      .in(emptyHome())
      .expect({ data: { stdout: 'hello x\n' }, stderr: /hello x\n! aside\n|! aside\nhello x\n/ })
  })

  test('happens once for a key', async () => {
    const { host } = await open()
    const words = ['press', 'hello', '--arg', 'who=x', '--idempotency-key', 'k']
    const press = () => buttons(...words, '--remote', host.origin, '--json').in(emptyHome())
    const [first, second] = [JSON.parse((await press()).stdout), JSON.parse((await press()).stdout)]
    expect(second).toEqual({ ...first, cached: true })
  })

  test('is cancelled there by a signal here, and says so', async () => {
    const { there, host } = await open()
    const running = start(emptyHome(), `press wait --json --remote ${host.origin}`)
    await until(() => there.list('.').includes('begun'))
    running.kill('SIGINT')
    const { exit, stdout } = await running.finished
    expect(exit).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'CANCELLED' },
      data: { status: 'cancelled', stdout: 'begun\n' },
    })
  })

  test.each([['press hello --idempotency-ttl 1h'], ['history --all'], ['logs']])(
    '%s means nothing there',
    async (line) => {
      await buttons(`${line} --remote http://127.0.0.1:1 --json`)
        .in(emptyHome())
        .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /remote/ })
    },
  )
})

describe('a press that nobody waits for', () => {
  test('of a button goes on there, and is followed, waited for and cancelled from here', async () => {
    const { there, host } = await open()
    const remote = `--remote ${host.origin}`
    const here = emptyHome()
    const { run_id, ...rest } = await buttons(`press wait --detach ${remote}`)
      .in(here)
      .data<{ run_id: string }>()
    expect(rest).toEqual({ target: 'button/wait', started_at: expect.any(String) })
    await until(() => there.list('.').includes('begun'))
    await buttons(`cancel ${run_id} ${remote}`).in(here).expect({ data: { run_id } })
    await buttons(`wait ${run_id} ${remote} --json`)
      .in(here)
      .expect({ exit: 1, error: { code: 'CANCELLED' }, data: {} })
  })

  test('of a button that cannot be pressed is refused at once', async () => {
    const { host } = await open()
    await buttons(`press hello --detach --remote ${host.origin} --json`)
      .in(emptyHome())
      .expect({ error: { code: 'MISSING_ARG' } })
  })

  test('of a drawer is run as it was asked for', async () => {
    const { there, host } = await open()
    writeDrawer(there, 'd', {
      inputs: [{ name: 'n', type: 'int', required: true }],
      steps: [
        { id: 'bad', kind: 'button', button: 'bad' },
        { id: 'json', kind: 'button', button: 'json' },
      ],
    })
    const remote = `--remote ${host.origin}`
    const line = `drawer d press n=3 --mode parallel --on-failure continue --detach ${remote}`
    const { run_id } = await buttons(line).in(emptyHome()).data<{ run_id: string }>()
    const { stdout } = await buttons(`wait ${run_id} ${remote} --json`).in(emptyHome())
    const { data } = JSON.parse(stdout) as { data: { steps: { status: string }[] } }
    expect(data.steps.map(({ status }) => status)).toEqual(['error', 'ok'])
  })
})

describe('the key', () => {
  test.each([
    ['a flag', ['--api-key', 'right'], {}, ''],
    ['a battery', [], {}, 'right'],
    ['the environment', [], { BUTTONS_API_KEY: 'right' }, ''],
    ['a flag before a battery', ['--api-key', 'right'], {}, 'wrong'],
    ['a battery before the environment', [], { BUTTONS_API_KEY: 'wrong' }, 'right'],
  ])('comes from %s', async (_, words, env, battery) => {
    const { host } = await open({ 'api-key': 'right' })
    const here = emptyHome()
    if (battery)
      here.write('data/batteries.json', JSON.stringify({ batteries: { API_KEY: battery } }))
    const listed = await buttons('list', '--json', '--remote', host.origin, ...words)
      .in(here)
      .env(env)
      .data<unknown[]>()
    expect(listed).toHaveLength(Object.keys(fixtures).length)
  })

  test('is missed when it is not there', async () => {
    const { host } = await open({ 'api-key': 'right' })
    for (const line of ['list', 'press hello', 'runs'])
      await buttons(`${line} --json --remote ${host.origin}`)
        .in(emptyHome())
        .expect({ error: { code: 'UNAUTHORIZED' } })
  })

  test('means nothing here', async () => {
    await buttons('list --api-key k --json')
      .in(emptyHome())
      .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /--api-key/ })
  })
})

describe('what is there', () => {
  test('buttons are listed', async () => {
    const { there, host } = await open()
    const here = await buttons('list --json').in(there)
    const remote = await buttons(`list --json --remote ${host.origin}`).in(emptyHome())
    expect(remote).toEqual(here)
  })

  test('history is listed, of all and of one', async () => {
    const { there, host } = await open()
    for (const name of ['bad', 'json', 'bad']) await host.press(name)
    for (const line of ['history', 'history bad', 'history --last 1', 'history --last 0']) {
      const here = await buttons(`${line} --json`).in(there)
      expect(await buttons(`${line} --json --remote ${host.origin}`).in(emptyHome())).toEqual(here)
    }
    for (const line of ['logs bad', 'logs bad --failed', 'logs json --limit 1']) {
      const here = await buttons(`${line} --json`).in(there)
      expect(await buttons(`${line} --json --remote ${host.origin}`).in(emptyHome())).toEqual(here)
    }
  })

  test('runs are listed, shown, waited for and cancelled', async () => {
    const { there, host } = await open()
    const at = `--json --remote ${host.origin}`
    const press = host.press('wait')
    await until(() => there.list('.').includes('begun'))
    const { runs } = await buttons(`runs ${at}`)
      .in(emptyHome())
      .data<{ runs: { run_id: string }[] }>()
    expect(runs).toMatchObject([{ target: 'button/wait', status: 'running' }])
    const { run_id: runId } = runs[0]!
    await buttons(`wait ${runId} --timeout 10ms ${at}`)
      .in(emptyHome())
      .expect({ error: { code: 'TIMEOUT' } })
    const waiting = buttons(`wait ${runId} ${at}`)
      .in(emptyHome())
      .then((finished) => finished)
    await buttons(`cancel ${runId} ${at}`)
      .in(emptyHome())
      .expect({
        json: { ok: true, data: { run_id: runId, target: 'button/wait', status: 'cancelled' } },
      })
    expect((await waiting).exit).toBe(1)
    expect((await press).body.data.status).toBe('cancelled')
    const again = await buttons(`cancel ${runId} ${at}`).in(emptyHome())
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, already: true })
    for (const line of [`runs show ${runId}`, `wait ${runId}`, 'runs', 'runs --status cancelled']) {
      const here = await buttons(`${line} --json`).in(there)
      expect(await buttons(`${line} ${at}`).in(emptyHome())).toEqual(here)
    }
    for (const line of ['wait', 'cancel', 'runs show'])
      await buttons(`${line} 0000000000000000 ${at}`)
        .in(emptyHome())
        .expect({ error: { code: 'NOT_FOUND' } })
  })

  test('the output of a run is followed to its end', async () => {
    const { there, host } = await open()
    const press = host.press('wait')
    await until(() => there.list('.').includes('begun'))
    const { runs } = (await host.ask('/api/runs')).body.data
    const following = buttons(`logs ${runs[0].run_id} --follow --remote ${host.origin}`)
      .in(emptyHome())
      .then((finished) => finished)
    while (!(await host.ask('/metrics')).text.includes('stream_subscribers 1')) await Bun.sleep(2)
    there.write('go', '')
    expect(await following).toMatchObject({ exit: 0, stdout: 'begun\n' })
    await press
    const later = await buttons(`logs ${runs[0].run_id} --remote ${host.origin}`).in(emptyHome())
    expect(later).toMatchObject({ exit: 0, stdout: 'begun\n' })
  })
})

describe('drawers', () => {
  async function openDrawers() {
    const { there, host } = await open()
    writeDrawer(there, 'flow', {
      inputs: [{ name: 'who', type: 'string', required: true }],
      steps: [{ id: 'greet', button: 'hello', args: { who: '${inputs.who}' } }],
    })
    writeDrawer(there, 'broken', { steps: [{ id: 'b', button: 'bad', args: {} }] })
    return { there, host }
  }

  test.each([
    ['drawer flow press who=x'],
    ['drawer flow press who=1.0'],
    ['drawer flow press'],
    ['drawer broken press'],
    ['drawer none press'],
  ])('%s prints and ends there as here', async (line) => {
    const { there, host } = await openDrawers()
    const here = await buttons(line).in(there)
    const remote = await buttons(`${line} --remote ${host.origin}`).in(emptyHome())
    expect(settle(remote.stdout)).toBe(settle(here.stdout))
    expect([remote.exit, remote.stderr]).toEqual([here.exit, here.stderr])
  })

  test('a summary tells what would be done there', async () => {
    const { there, host } = await openDrawers()
    const line = 'drawer broken press --summary --json'
    const { would } = await buttons(line).in(there).data()
    await buttons(`${line} --remote ${host.origin}`).in(emptyHome()).expect({ data: { would } })
  })

  test('steps are shown as they end', async () => {
    const { host } = await openDrawers()
    await buttons(`drawer flow press who=x --remote ${host.origin}`)
      .in(emptyHome())
      .onTerminal()
      .expect({ stdout: /✓ greet \(\d+ms\)\n[^]*✓ drawer flow ok/ })
  })
})

describe('a host that is none', () => {
  test.each(['nonsense', 'ftp://x', 'http://user:pass@x', 'http://x/?q=1'])(
    '%p is refused',
    async (url) => {
      await buttons('list', '--json', '--remote', url)
        .in(emptyHome())
        .expect({ error: { code: 'VALIDATION_ERROR' } })
    },
  )

  test('nobody listens there', async () => {
    const { port } = await serve((socket) => socket.destroy())
    await buttons(`list --json --remote http://127.0.0.1:${port}`)
      .in(emptyHome())
      .expect({ error: { code: 'REMOTE_UNREACHABLE' } })
  })

  test.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'REMOTE_ERROR'],
    ['HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>', 'REMOTE_ERROR'],
    [
      'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
      'REMOTE_ERROR',
    ],
    [
      'HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\n{"ok":false,"error":{"code":"NEWER_CODE","message":"told you"}}',
      'REMOTE_ERROR',
    ],
  ])('the answer %j is told as such', async (answer, code) => {
    const { origin } = await serve((socket) => {
      const [head, body] = answer.split('\r\n\r\n')
      socket.end(
        `${head!.replace(/Content-Length: \d+/, `Content-Length: ${body!.length}`)}\r\n\r\n${body}`,
      )
    })
    await buttons(`list --json --remote ${origin}`).in(emptyHome()).expect({ error: { code } })
  })

  test('an older host, which knows no streams, will do', async () => {
    const body = JSON.stringify({
      ok: true,
      data: {
        status: 'ok',
        exit_code: 0,
        stdout: 'old\n',
        stderr: '',
        duration_ms: 1,
        button: 'x',
        started_at: 'y',
      },
    })
    const { origin, requests } = await serve((socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    )
    await buttons(
      'press',
      'My Button',
      '--arg',
      'a=b',
      '--json',
      '--api-key',
      'k',
      '--remote',
      `${origin}/`,
    )
      .in(emptyHome())
      .expect({ data: { stdout: 'old\n' } })
    expect(requests[0]!.line).toBe('POST /api/buttons/My%20Button/press HTTP/1.1')
    expect(JSON.parse(requests[0]!.body)).toEqual({ args: { a: 'b' } })
    expect(requests[0]!.headers.map((line) => line.toLowerCase())).toContain(
      'authorization: bearer k',
    )
  })

  test('a stream that breaks off is no success', async () => {
    const { origin } = await serve((socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nid: 1\nevent: started\ndata: {"run_id":"x"}\n\n',
      ),
    )
    await buttons(`press x --json --remote ${origin}`)
      .in(emptyHome())
      .expect({ error: { code: 'REMOTE_UNREACHABLE' } })
  })
})

test('events are read the same however they are cut', () => {
  const text =
    'retry: 2000\n\nid: 1\nevent: a\ndata: {"x":1}\n\n: ping\n\nevent: b\ndata: y\n\ndata: z\n\n'
  const whole = [
    { event: 'a', data: '{"x":1}' },
    { event: 'b', data: 'y' },
    { event: 'message', data: 'z' },
  ]
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const read = readEvents()
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const events = places.slice(1).flatMap((end, index) => read(text.slice(places[index], end)))
      expect(events).toEqual(whole)
    }),
  )
})
