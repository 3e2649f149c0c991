// `buttons login`: somebody confirms in their browser, on a page of the registry's desk, that this
// machine may publish; the browser brings a code to a port of ours, and the code becomes a key.

import { authorizationUrl, base64url, challengeOf, readCallback } from '#core/identity/pkce.ts'
import { isObject, type JsonObject } from '#core/drawer/json.ts'
import { trimSlashes } from '#core/package/source.ts'
import { type Call, readProblem } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { fail } from '#spec/errors.ts'
import type { Host, HttpServer } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface LoginRequest {
  registry: string
  desk: string
  /** Open no browser: the address is shown instead. */
  noBrowser: boolean
}

export interface LoginContext {
  host: Host
  store: Store
  call: Call
  /** Shows where somebody has to confirm. */
  show(url: string): void
  signal: AbortSignal
}

export interface LoggedIn {
  registry: string
  org_id: string
  host: string
}

const waitMs = 180_000

/** Throws LOGIN_ERROR, or STORAGE_ERROR when the key cannot be kept. */
export async function login(request: LoginRequest, context: LoginContext): Promise<LoggedIn> {
  const { host } = context
  const registry = trimSlashes(request.registry)
  const verifier = base64url(host.random.bytes(32))
  const label = findLabel(host)
  const code = await waitForCode(verifier, label, request, context)
  const answer = await exchange(registry, { code, verifier }, context)
  await keep(registry, answer, context.store)
  return { registry, org_id: String(answer['org_id'] ?? ''), host: label }
}

function findLabel({ platform }: Host): string {
  try {
    return platform.hostname
  } catch {
    return ''
  }
}

async function waitForCode(
  verifier: string,
  label: string,
  { desk, noBrowser }: LoginRequest,
  context: LoginContext,
): Promise<string> {
  const { host, signal } = context
  const state = base64url(host.random.bytes(16))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  // It may fail while the browser is still being opened; it is told once somebody waits for it.
  promise.catch(() => {})
  const server = await listen(host, (url) => answerCallback(url, state, { resolve, reject }))
  const forget = host.clock.after(waitMs, () => reject(failed('nobody confirmed within 3 minutes')))
  const cancel = () => reject(failed('cancelled'))
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel)
  try {
    const challenge = challengeOf(verifier)
    const port = server.port!
    const url = authorizationUrl(trimSlashes(desk), { challenge, label, port, state })
    if (noBrowser || !(await openBrowser(url, host))) context.show(url)
    return await promise
  } finally {
    forget()
    signal.removeEventListener('abort', cancel)
    await close(server, host)
  }
}

function failed(why: string) {
  return fail('LOGIN_ERROR', `login failed: ${why}`)
}

function listen(host: Host, handle: (url: URL) => Response): Promise<HttpServer> | HttpServer {
  return host.servers.listen({
    where: { kind: 'port', hostname: '127.0.0.1', port: 0 },
    idleSeconds: 10,
    maxBodyBytes: 65_536,
    handle: (request) => handle(new URL(request.url)),
  })
}

interface Waiting {
  resolve(code: string): void
  reject(error: Error): void
}

function answerCallback(url: URL, state: string, { resolve, reject }: Waiting): Response {
  const callback = readCallback(url, state)
  if (callback.kind === 'foreign') return page(404, 'not found')
  if (callback.kind === 'forged') return page(400, 'state mismatch')
  if (callback.kind === 'denied') {
    reject(failed(`login denied in browser: ${callback.error}`))
    return page(200, 'login denied, close this tab')
  }
  if (callback.kind === 'incomplete') {
    reject(failed('the browser brought no code'))
    return page(400, 'no code')
  }
  resolve(callback.code)
  return page(200, 'authorized, close this tab')
}

function page(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  })
}

/** The page in the browser is answered before the port goes, but nobody keeps it open for long. */
async function close(server: HttpServer, { clock }: Host): Promise<void> {
  const late = new AbortController()
  await Promise.race([server.stop(), clock.sleep(1000, late.signal)])
  late.abort()
  await server.cut()
}

const openers: Readonly<Record<string, string>> = { darwin: 'open' }

/** Whether a browser was started. The address is one word, and no shell sees it. */
async function openBrowser(url: string, host: Host): Promise<boolean> {
  const { env, platform, processes } = host
  const opener = processes.find(openers[platform.os] ?? 'xdg-open', env['PATH'] ?? '')
  if (opener === undefined || !/^https?:\/\//.test(url)) return false
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('BUN_'),
  )
  try {
    const child = processes.spawn({
      command: [opener, url],
      cwd: host.cwd,
      env: Object.fromEntries(entries),
      onOutput: () => {},
    })
    const { code } = await Promise.race([child.exited, started(host)])
    return code === 0
  } catch {
    return false
  }
}

// A browser that is still there after a while has been opened.
async function started({ clock }: Host): Promise<{ code: number }> {
  await clock.sleep(2000)
  return { code: 0 }
}

async function exchange(
  registry: string,
  body: { code: string; verifier: string },
  { call, signal }: LoginContext,
): Promise<JsonObject> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  const request = { method: 'POST', path: '/v1/cli-auth/exchange', headers } as const
  const more = { body: JSON.stringify(body), maxBytes: 65_536, timeoutMs: 30_000, signal }
  const answer = await call(registry, { ...request, ...more }).catch((error: Error) => {
    throw failed(error.message)
  })
  const json = parseJson(new TextDecoder().decode(answer.body))
  if (!json.ok || !isObject(json.value)) throw failed('malformed exchange response')
  const { token } = json.value
  if (answer.status === 200 && typeof token === 'string' && token !== '') return json.value
  const { code } = readProblem(answer)
  throw failed(`${code || 'exchange failed'} (HTTP ${answer.status})`)
}

async function keep(registry: string, answer: JsonObject, { batteries }: Store): Promise<void> {
  await batteries.set('REGISTRY_WRITE_KEY', String(answer['token']), 'global')
  await batteries.set('REGISTRY_URL', registry, 'global')
  const read = answer['read_token']
  if (typeof read === 'string' && read !== '') await batteries.set('REGISTRY_KEY', read, 'global')
}

/** Forgets what `login` kept; the key itself stays valid at the registry. */
export async function logout({ store }: Pick<LoginContext, 'store'>): Promise<string[]> {
  const removed: string[] = []
  const remove = async (key: string) => {
    if (await store.batteries.remove(key, 'global')) removed.push(key)
  }
  await remove('REGISTRY_WRITE_KEY')
  await remove('REGISTRY_URL')
  // Without a login before, the key to read with is somebody else's.
  if (removed.length > 0) await remove('REGISTRY_KEY')
  return removed
}
