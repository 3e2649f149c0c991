// Apps under /apps/NAME/: files of static ones, and the programs of dynamic ones behind a proxy.
// On the private surface only; with a key, browsers give it as the password they ask for. A webhook
// of the same path comes first, since it may be older than apps are.

import { fail } from '#spec/errors.ts'
import { failureAnswer } from '../errors.ts'
import type { Hosting } from '../hosting.ts'
import type { Call } from '../route.ts'
import { answerFile } from './files.ts'
import { askProgram } from './proxy.ts'
import { joinProgram, wantsSocket } from './socket.ts'

/** The answer of an app, or undefined when the path is that of none. */
export function answerApp(call: Call, hosting: Hosting): Promise<Response> | Response | undefined {
  const { facts } = call
  const name = /^\/apps\/([^/]+)/.exec(facts.canonicalPath)?.[1]
  if (name === undefined || facts.surface === 'public') return undefined
  facts.route = '/apps/{name}/{rest}*'
  facts.peer.setIdle(0)
  return checkPassword(call, hosting) ?? serveApp(decodeURIComponent(name), call, hosting)
}

// The key is good for apps in two forms; a page of an app never learns the one that presses buttons.
function checkPassword({ request, facts }: Call, { key, failedLogins, metrics }: Hosting) {
  if (!key) return undefined
  const given = request.headers.get('authorization')
  const typed = key.admits(passwordOf(given))
  if (typed || key.admits(given)) {
    facts.actor = key.actor
    // Browsers add a password by themselves, whoever's page it is that asks.
    return typed && isForeign(request) ? failureAnswer(foreign) : undefined
  }
  metrics.authFailed(facts.surface, given === null ? 'missing' : 'wrong')
  if (given !== null && failedLogins.tooMany(facts.client))
    return failureAnswer(fail('RATE_LIMITED', 'Cannot answer: too many requests without the key'), {
      'Retry-After': '60',
    })
  const refused = fail('UNAUTHORIZED', 'Cannot answer: apps need the API key as their password')
  return failureAnswer(refused, { 'WWW-Authenticate': 'Basic realm="buttons apps"' })
}

const foreign = fail('ORIGIN_NOT_ALLOWED', 'Cannot answer: a page of another site asks')

// Following a link to an app is fine, doing something with it from elsewhere is not.
function isForeign({ method, headers }: Request): boolean {
  const origin = headers.get('origin')
  if (origin !== null && origin.replace(/^https?:\/\//, '') !== headers.get('host')) return true
  const site = headers.get('sec-fetch-site') ?? 'none'
  const link = method === 'GET' && headers.get('sec-fetch-mode') === 'navigate'
  return !link && site !== 'same-origin' && site !== 'none'
}

/** The password of `Basic` credentials in the form of the key's own header. */
function passwordOf(authorization: string | null): string | null {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [, password] = /^[^:]*:([^]*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  return password === undefined ? null : `Bearer ${password}`
}

async function serveApp(name: string, call: Call, hosting: Hosting): Promise<Response> {
  const base = `/apps/${encodeURIComponent(name)}`
  // Links of a page are relative to its folder, which needs the slash at the end.
  const rest = restOf(call.facts.canonicalPath)
  if (rest === undefined)
    return new Response(null, { status: 308, headers: { Location: `${base}/` } })
  const app = await (await hosting.apps.open()).open(name)
  if (app.kind === 'static') return answerFile(rest, app.directory, call, hosting)
  const asked = { port: app.port, path: rest, base }
  return wantsSocket(call.request)
    ? joinProgram(asked, call, hosting)
    : askProgram(asked, call, hosting)
}

/** What follows `/apps/NAME`, beginning with a slash, as it was escaped. */
function restOf(path: string): string | undefined {
  return /^\/apps\/[^/]+(\/.*)$/.exec(path)?.[1]
}
