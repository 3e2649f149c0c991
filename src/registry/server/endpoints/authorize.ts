// `/cli-authorize`: a page on which somebody with an admin key lets a machine publish, and which
// then sends the browser back to that machine with a code (registry 14.9).

import { base64url } from '#core/identity/pkce.ts'
import { type Asked, formToken, readAsked } from '#core/registry/asked.ts'
import { authorizePage, messagePage } from '#core/registry/page.ts'
import { mayActAs } from '#core/registry/access.ts'
import { sameSecret } from '#core/webhook/auth/compare.ts'
import type { Random } from '#host/host.ts'
import { actorOf, findKey } from '../authorize.ts'
import type { Act, RegistryCall, Reply, ServerContext } from '../context.ts'
import { newSecret } from '../secrets.ts'
import type { Methods } from './index.ts'

const codeMs = 120_000
const maxBytes = 16 * 1024
const cookieName = 'buttons_authorize'

export function authorizeEndpoint(): Methods {
  // Of this process: a page that was open while the host started anew is simply opened again.
  let secret: string | undefined
  const secretOf = (random: Random) => (secret ??= base64url(random.bytes(32)))
  return {
    GET: async (_, call, __, { host }) => {
      const asked = readAsked(call.query)
      if (!asked) return page(400, messagePage('This address is not complete.'))
      const visitor = base64url(host.random.bytes(32))
      const token = formToken(secretOf(host.random), visitor, asked)
      return page(200, authorizePage(asked, token), asked, {
        'Set-Cookie': `${cookieName}=${visitor}; Path=/cli-authorize; HttpOnly; SameSite=Strict`,
      })
    },
    POST: async (_, call, act, context) => {
      const form = new URLSearchParams(new TextDecoder().decode(await call.readBody(maxBytes)))
      const asked = readAsked(form)
      if (!asked) return page(400, messagePage('This form is not complete.'))
      const expected = formToken(secretOf(context.host.random), visitorOf(call), asked)
      if (!sameSecret(form.get('token') ?? '', expected))
        return page(403, messagePage('This form is too old: open the address anew.'))
      if (form.get('decision') !== 'allow') return back(asked, { error: 'access_denied' })
      return allow(asked, (form.get('key') ?? '').trim(), act, context)
    },
  }
}

function visitorOf({ header }: RegistryCall): string {
  const cookies = (header('cookie') ?? '').split(';').map((cookie) => cookie.trim())
  const own = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))
  return own?.slice(cookieName.length + 1) ?? ''
}

async function allow(
  asked: Asked,
  secret: string,
  act: Act,
  context: ServerContext,
): Promise<Reply> {
  const { store, host } = context
  Object.assign(act, { action: 'login', target: asked.label })
  const key = await findKey(secret, context)
  if (!key || !mayActAs(key, 'admin')) {
    act.code = 'UNAUTHORIZED'
    return page(401, messagePage('This is no admin key: go back and try again.'))
  }
  act.actor = actorOf(secret)
  const { secret: code, hash } = newSecret('bac_', host.random)
  const { challenge, label } = asked
  const { owner_id, desks } = key
  const expiresMs = host.clock.now() + codeMs
  await store.codes.add(hash, { challenge, owner_id, desks, label, expiresMs })
  return back(asked, { code })
}

/** Nowhere but to this machine, whatever was asked for. */
function back({ port, state }: Asked, result: Record<string, string>): Reply {
  const query = new URLSearchParams({ state, ...result })
  const location = `http://127.0.0.1:${port}/callback?${query.toString()}`
  return { status: 303, headers: { Location: location, ...guarded(port) }, body: '' }
}

function page(
  status: number,
  body: string,
  asked?: Asked,
  headers: Record<string, string> = {},
): Reply {
  const type = { 'Content-Type': 'text/html; charset=utf-8' }
  return { status, headers: { ...type, ...guarded(asked?.port), ...headers }, body }
}

// A browser judges the redirect after a form by the form's own rule.
function guarded(port: number | undefined): Record<string, string> {
  const target = port === undefined ? '' : ` http://127.0.0.1:${port}`
  return {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${target}; ` +
      `frame-ancestors 'none'; base-uri 'none'`,
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
  }
}
