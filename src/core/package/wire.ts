// The words between us and a registry: where things are, what is said when it refuses, and where a
// redirect may lead (registry 4).

import { Failure, fail } from '#spec/errors.ts'
import { parseJson } from '../text/json.ts'
import { isObject } from '../drawer/json.ts'

export interface WireRequest {
  method: 'GET' | 'POST'
  /** Appended to the base as it is. */
  path: string
  headers?: Readonly<Record<string, string>>
  /** Headers that are good for one try only, made anew for each. */
  prove?: () => Promise<Readonly<Record<string, string>>>
  body?: Uint8Array<ArrayBuffer> | string
  /** A longer answer is refused. */
  maxBytes: number
  /** For the whole exchange. */
  timeoutMs: number
  /** For archives: how long nothing may come or go. The whole may then take as long as it needs. */
  idleMs?: number
  /** Ask again when the registry is busy or did not answer; for requests that change nothing. */
  retry?: boolean
  signal?: AbortSignal | undefined
}

export interface WireAnswer {
  status: number
  /** A header by its lower-case name. */
  header(name: string): string | undefined
  body: Uint8Array<ArrayBuffer>
}

/** Sends a request to a registry. Throws REGISTRY_ERROR when there is no answer. */
export type Call = (base: string, request: WireRequest) => Promise<WireAnswer>

/** A name or version as segments of a URL's path; `@desk/name` keeps its two. */
export function encodePath(text: string): string {
  return text.split('/').map(encodeSegment).join('/')
}

function encodeSegment(part: string): string {
  return encodeURIComponent(part)
    .replace(/%(40|24|26|2B|3D|3A)/g, (code) => decodeURIComponent(code))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

export function packagePath(name: string, version: string): string {
  return `/v1/buttons/${encodePath(name)}/${encodePath(version)}`
}

/** A base URL without what may be secret in it. */
export function publicBase(base: string): string {
  const url = URL.parse(base)
  if (url === null) return base
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path}`
}

export interface Problem {
  status: number
  /** '' when the answer has none. */
  code: string
  message: string
  /** Beside VERSION_EXISTS: the newest version there is. */
  latest?: string
}

/** What an answer says that is no success: an envelope, else its text, so that proxies are heard. */
export function readProblem({ status, body }: Pick<WireAnswer, 'status' | 'body'>): Problem {
  const text = new TextDecoder().decode(body)
  const json = parseJson(text)
  const error = json.ok && isObject(json.value) ? json.value['error'] : undefined
  if (isObject(error) && typeof error['message'] === 'string' && error['message'] !== '') {
    const { code, message, latest } = error
    return {
      status,
      code: typeof code === 'string' ? code : '',
      message,
      ...(typeof latest === 'string' && { latest }),
    }
  }
  return { status, code: '', message: text.trim() }
}

export function describeProblem(what: string, { status, code, message }: Problem): string {
  const said = [String(status), message, code && `(${code})`].filter(Boolean)
  return `${what}: ${said.join(' ')}`
}

/** `what` is like `index` or `download @desk/name@3`. */
export function registryError(what: string, problem: Problem): Failure {
  return fail('REGISTRY_ERROR', describeProblem(`registry ${what}`, problem))
}

export const maxRedirects = 10

export interface Hop {
  url: URL
  method: string
  /** Who we are is told to the first host only. */
  crossed: boolean
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]
const repeating: readonly number[] = [307, 308]

/**
 * Where to ask next, or undefined when the answer is the final one. Throws REGISTRY_ERROR where a
 * redirect must not be followed.
 */
export function findHop(
  from: Hop,
  { status, location }: { status: number; location: string | undefined },
  followed: number,
): Hop | undefined {
  if (!redirects.includes(status) || !location) return undefined
  const refuse = (why: string) =>
    fail('REGISTRY_ERROR', `registry ${publicBase(from.url.href)}: redirect refused: ${why}`)
  if (followed >= maxRedirects) throw refuse(`more than ${maxRedirects} redirects`)
  // Others would turn a request with a body into one without.
  if (from.method !== 'GET' && !repeating.includes(status))
    throw refuse(`status ${status} would lose what is sent`)
  const url = URL.parse(location, from.url.href)
  if (url === null || !/^https?:$/.test(url.protocol)) throw refuse('it leads to no web address')
  if (from.url.protocol === 'https:' && url.protocol === 'http:')
    throw refuse('it leads from https to http')
  return { url, method: from.method, crossed: from.crossed || url.origin !== from.url.origin }
}
