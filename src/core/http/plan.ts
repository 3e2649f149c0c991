// Pressing an HTTP button, decided: what would be sent where, or why not. A press carries the plan
// out, a dry run describes it (describe.ts); nothing here touches the network.

import { fail } from '#spec/errors.ts'
import type { Button } from '#spec/button.ts'
import { limits } from '#spec/limits.ts'
import { planBody } from './body.ts'
import { encoders } from './encode.ts'
import { isToken, planHeaders, type SecretSources } from './headers.ts'
import { findHeader, type Header, type HttpRequest, urlOf } from './request.ts'
import { checkTarget } from './target.ts'
import { placeholderValues } from './template.ts'
import { fillUrl, requestPath, splitUrl } from './url.ts'

export type HttpButton = Pick<
  Button,
  | 'url'
  | 'method'
  | 'headers'
  | 'body'
  | 'args'
  | 'allowed_host'
  | 'allow_private_networks'
  | 'max_response_bytes'
>

/** The switches come from networkSwitches in guard.ts. */
export interface HttpContext extends SecretSources {
  allowAnyHost: boolean
  allowPrivate: boolean
  /** Of this program, for the User-Agent. */
  version: string
}

export interface HttpPlan extends HttpRequest {
  /** The URL after substitution, fragment included; what dry runs show. */
  shownUrl: string
  allowPrivateNetworks: boolean
  /** Counted after decompression. */
  maxResponseBytes: number
  /** Whether a gzip answer is ours to unpack: the button did not ask for an encoding itself. */
  decompress: boolean
  /** What $ENV{} gave, and arguments declared secret in each form the request may hold them in. */
  secrets: string[]
}

/**
 * The plan of a press. Throws VALIDATION_ERROR, the message beginning `refusing request: `, when it
 * must not be sent; SCRIPT_ERROR when HTTP knows no such method or header name.
 */
export function planRequest(
  button: HttpButton,
  args: Readonly<Record<string, string>>,
  context: HttpContext,
): HttpPlan {
  const values = placeholderValues(button.args ?? [], args)
  const url = splitUrl(button.url ?? '')
  const filled = fillUrl(url, values)
  const allowPrivateNetworks = (button.allow_private_networks ?? false) || context.allowPrivate
  const { allowAnyHost } = context
  const allowedHost = button.allowed_host ?? ''
  const destination = checkTarget(url, filled, { allowedHost, allowAnyHost, allowPrivateNetworks })
  const method = getMethod(button.method)
  const { headers, secrets } = planHeaders(button.headers ?? {}, values, context)
  const body = planBody(button.body ?? '', headers, values)
  const path = requestPath(filled)
  return {
    method,
    url: urlOf(destination, path),
    destination,
    requestPath: path,
    headers,
    defaults: defaultHeaders(context.version),
    ...(body && { body }),
    shownUrl: filled.text,
    allowPrivateNetworks,
    maxResponseBytes: getResponseCap(button.max_response_bytes),
    decompress: findHeader(headers, 'Accept-Encoding') === undefined,
    secrets: [...secrets, ...secretForms(button, args)],
  }
}

/** CONNECT asks for a tunnel, which is no request with an answer. */
function getMethod(stored: string | undefined): string {
  const method = (stored || 'GET').toUpperCase()
  if (isToken(method) && method !== 'CONNECT') return method
  throw fail('SCRIPT_ERROR', `Cannot build the request: "${method}" is not a method to send`)
}

function defaultHeaders(version: string): Header[] {
  return [
    { name: 'User-Agent', value: `buttons/${version}` },
    { name: 'Accept-Encoding', value: 'gzip' },
  ]
}

function getResponseCap(declared: number | undefined): number {
  return declared !== undefined && declared > 0 ? declared : limits.defaultResponseBytes
}

function secretForms(button: HttpButton, args: Readonly<Record<string, string>>): string[] {
  const values = (button.args ?? [])
    .filter((def) => def.secret && Object.hasOwn(args, def.name))
    .map((def) => args[def.name]!)
  const forms = values.flatMap((value) => Object.values(encoders).map((encode) => encode(value)))
  return [...new Set(forms)]
}
