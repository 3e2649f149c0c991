// `buttons serve` as a process: what it prints, how it is stopped, where it listens (cli.md 8.21).

import { afterAll, describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { buttons } from '../helpers/buttons.ts'
import { hasOpenssl, makeCertificates } from '../helpers/certificates.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { program } from '../helpers/program.ts'
import { readDocument } from '../helpers/serving.ts'

interface Host {
  /** What it printed once it listened. */
  started: { addr: string; [key: string]: unknown }
  signal(signal: NodeJS.Signals): void
  exited: Promise<number>
  stderr: Promise<string>
}

const children: Bun.Subprocess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

async function startHost(home: Home, ...words: string[]): Promise<Host> {
  const child = Bun.spawn([...program, 'serve', '--port', '0', ...words], {
    cwd: home.cwd,
    env: home.env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  children.push(child)
  const stderr = new Response(child.stderr).text()
  const decoder = new TextDecoder()
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += decoder.decode(chunk, { stream: true })
    if (printed.endsWith('}\n')) break
  }
  if (printed === '') throw new Error(await stderr)
  return {
    started: (JSON.parse(printed) as { data: Host['started'] }).data,
    signal: (signal) => child.kill(signal),
    exited: child.exited,
    stderr,
  }
}

test('it tells where it listens once it does, and ends well with a signal', async () => {
  const host = await startHost(homeWith({ buttons: { hello: 'echo hi' } }))
  expect(host.started.addr).toMatch(/^127\.0\.0\.1:[1-9]\d*$/)
  expect(host.started).toMatchObject({
    auth: false,
    triggers_enabled: true,
    webhook_routes: 0,
    endpoints: [
      'GET /api/health',
      'GET /api/buttons',
      'GET /api/buttons/{name}',
      'POST /api/buttons/{name}/press',
      'GET /api/buttons/{name}/runs',
    ],
    routes: [],
    shadowed: [],
  })
  const pressed = await fetch(`http://${host.started.addr}/api/buttons/hello/press`, {
    method: 'POST',
  })
  expect(await pressed.json()).toMatchObject({ ok: true, data: { stdout: 'hi\n' } })
  host.signal('SIGTERM')
  expect(await host.exited).toBe(0)
  const lines = (await host.stderr).trim().split('\n')
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: 'info' })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a second signal, %s, does not wait: %p', async (signal, status) => {
  const home = homeWith({ buttons: { forever: 'touch "$HOME/begun"; sleep 60' } })
  const host = await startHost(home)
  const press = fetch(`http://${host.started.addr}/api/buttons/forever/press`, {
    method: 'POST',
  }).catch(() => undefined)
  while (!home.list('.').includes('begun')) await Bun.sleep(5)
  host.signal('SIGTERM')
  // It says that it is stopping once it has heard the first.
  while ((await fetch(`http://${host.started.addr}/readyz`)).ok) await Bun.sleep(5)
  host.signal(signal)
  expect(await host.exited).toBe(status)
  await press
})

describe('where it listens', () => {
  test('not beyond this machine without a key', async () => {
    await buttons('serve --port 0 --host 0.0.0.0 --json')
      .in(emptyHome())
      .expect({
        error: { code: 'VALIDATION_ERROR', hint: expect.stringContaining('--api-key') },
      })
  })

  test('on a socket file that only its owner may use, also after a host that was killed', async () => {
    const home = emptyHome()
    const path = `${home.root}/host.sock`
    const first = await startHost(home, '--socket', path)
    expect(first.started.addr).toBe(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const asked = await fetch('http://anything/api/buttons', { unix: path })
    expect(asked.status).toBe(200)
    await buttons(`serve --socket ${path} --json`)
      .in(home)
      .expect({ error: { code: 'INTERNAL_ERROR' } })
    first.signal('SIGKILL')
    await first.exited
    const second = await startHost(home, '--socket', path)
    expect((await fetch('http://anything/api/health', { unix: path })).status).toBe(200)
    second.signal('SIGTERM')
    expect(await second.exited).toBe(0)
  })

  test('not in place of a file', async () => {
    const home = emptyHome()
    const path = home.write('precious', 'text')
    await buttons(`serve --socket ${path} --json`)
      .in(home)
      .expect({ error: { code: 'INTERNAL_ERROR' } })
    expect(home.read('precious')).toBe('text')
  })

  test.skipIf(!hasOpenssl)('behind TLS', async () => {
    const home = emptyHome()
    const { signFor, authority } = makeCertificates()
    const { cert, key } = signFor('IP:127.0.0.1')
    home.write('cert.pem', cert)
    home.write('key.pem', key)
    const files = ['--tls-cert', `${home.root}/cert.pem`, '--tls-key', `${home.root}/key.pem`]
    const host = await startHost(home, ...files)
    const url = `https://${host.started.addr}/api/health`
    expect((await fetch(url, { tls: { ca: authority } })).status).toBe(200)
    await expect(fetch(`http://${host.started.addr}/api/health`)).rejects.toThrow()
    host.signal('SIGTERM')
    expect(await host.exited).toBe(0)
  })

  test('not with a certificate that is not there', async () => {
    await buttons('serve --tls-cert none.pem --tls-key none.pem --json')
      .in(emptyHome())
      .expect({ error: { code: 'VALIDATION_ERROR' } })
  })
})

test.each([
  ['serve --port x', 'VALIDATION_ERROR'],
  ['serve --drain soon', 'VALIDATION_ERROR'],
  ['serve --expose-api', 'VALIDATION_ERROR'],
])('%s is refused', async (line, code) => {
  await buttons(line).in(emptyHome()).expect({ error: { code } })
})

describe('--install', () => {
  test('prints what starts the same host, with nothing written', async () => {
    const home = emptyHome()
    const data = await buttons(
      'serve',
      '--install',
      '--port',
      '9000',
      '--public-host',
      'a b%c',
      '--json',
    )
      .in(home)
      .data<{ content: string; path: string; written: boolean }>()
    expect(data.written).toBe(false)
    expect(home.list('.config')).toEqual([])
    if (process.platform !== 'linux') return
    expect(data.path).toBe(`${home.root}/.config/systemd/user/buttons.service`)
    expect(data.content).toContain('serve --port 9000 --public-host "a b%%c"\n')
    expect(data.content).toContain(`Environment=BUTTONS_HOME=${home.data}\n`)
    expect(data.content).toContain(`WorkingDirectory=${home.cwd}\n`)
    expect(data.content).toContain('TimeoutStopSec=45\n')
  })

  test('is written where it belongs on request', async () => {
    const home = emptyHome()
    const { path, content } = await buttons('serve --install --write --json')
      .in(home)
      .data<{ path: string; content: string }>()
    expect(home.read(path.slice(home.root.length + 1))).toBe(content)
  })

  test('never holds a key', async () => {
    await buttons('serve --install --api-key k --json')
      .in(emptyHome())
      .expect({ error: { code: 'VALIDATION_ERROR' } })
  })

  test('a summary writes nothing', async () => {
    const home = emptyHome()
    await buttons('serve --install --write --summary --json')
      .in(home)
      .expect({ data: { summary: true, executed: false } })
    expect(home.list('.config')).toEqual([])
  })
})

test('an app that is not there is refused before anything is bound', async () => {
  await buttons('serve none --json')
    .in(emptyHome())
    .expect({ error: { code: 'NOT_FOUND' } })
})

describe('on a socket that a supervisor opened', () => {
  // The supervisor: opens the socket, hands it over as descriptor 3, and says where it is.
  const supervisor = `
import os, socket, sys
s = socket.socket(); s.bind((sys.argv[1], 0)); s.listen(16)
print(s.getsockname()[1], flush=True)
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
`
  const python = Bun.which('python3')

  async function activate(home: Home, address: string, ...words: string[]) {
    const child = Bun.spawn([python!, '-c', supervisor, address, ...program, 'serve', ...words], {
      cwd: home.cwd,
      env: home.env,
      stdout: 'pipe',
      stderr: 'pipe',
    })
    children.push(child)
    const printed = await readDocument(child.stdout)
    const [, port, text] = /^(\d+)\n([^]*)$/.exec(printed)!
    return { child, port, document: JSON.parse(text!) as { ok: boolean; data: Host['started'] } }
  }

  test.skipIf(!python || process.platform !== 'linux')(
    'it answers there, and knows who asks',
    async () => {
      const home = homeWith({ buttons: { hello: 'echo hi' } })
      const { child, port, document } = await activate(home, '127.0.0.1')
      expect(document.data.addr).toBe(`127.0.0.1:${port}`)
      const pressed = await fetch(`http://127.0.0.1:${port}/api/buttons/hello/press`, {
        method: 'POST',
        body: `{"x":"${'y'.repeat(500_000)}"}`,
      })
      expect(await pressed.json()).toMatchObject({ ok: true, data: { stdout: 'hi\n' } })
      child.kill('SIGTERM')
      expect(await child.exited).toBe(0)
      const audit = home
        .read('data/audit.jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(audit.find(({ action }) => action === 'press').client).toBe('127.0.0.1')
    },
  )

  test.skipIf(!python || process.platform !== 'linux')(
    'not beyond this machine without a key',
    async () => {
      const { document } = await activate(emptyHome(), '0.0.0.0')
      expect(document).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } })
    },
  )
})
