// Which thing of a registry a path means (registry 14.3): segments are decoded after they were split,
// so that `%2F` makes no further one.

import { fail } from '#spec/errors.ts'
import { checkPackageName } from '../package/name.ts'

export type EndpointKind =
  | 'meta'
  | 'index'
  | 'release'
  | 'download'
  | 'yank'
  /** Below `/v1/buttons/`, but no version of anything. */
  | 'unclear'
  | 'enroll'
  | 'device'
  | 'challenge'
  | 'register'
  | 'exchange'
  | 'authorize'

/** What is below `/v1/`, or beside it for people; '' for what a path of its kind does not name. */
export interface Endpoint {
  kind: EndpointKind
  desk: string
  /** `@desk/name`, unchecked. */
  name: string
  version: string
  deviceId: string
}

const plain: Readonly<Record<string, EndpointKind>> = {
  'v1/meta': 'meta',
  'v1/index': 'index',
  'v1/devices/enroll': 'enroll',
  'v1/challenge': 'challenge',
  'v1/agents/register': 'register',
  'v1/cli-auth/exchange': 'exchange',
  'cli-authorize': 'authorize',
}

/** Undefined for what is nothing. `path` begins with a slash, its escapes as they were sent. */
export function findEndpoint(path: string): Endpoint | undefined {
  const segments = decodeSegments(path.slice(1))
  if (!segments) return undefined
  const joined = segments.join('/')
  if (Object.hasOwn(plain, joined)) return endpoint(plain[joined]!)
  const [version, what, ...rest] = segments
  if (version !== 'v1') return undefined
  if (what === 'devices' && rest.length === 1) return endpoint('device', { deviceId: rest[0]! })
  return what === 'buttons' ? findPackage(rest) : undefined
}

function endpoint(kind: EndpointKind, parts: Partial<Endpoint> = {}): Endpoint {
  return { desk: '', name: '', version: '', deviceId: '', ...parts, kind }
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

const acts: Readonly<Record<string, EndpointKind>> = { download: 'download', yank: 'yank' }

function findPackage([desk, base, version, act, ...more]: string[]): Endpoint {
  const whole = desk !== undefined && base !== undefined && version !== undefined
  const kind = act === undefined ? 'release' : Object.hasOwn(acts, act) ? acts[act]! : 'unclear'
  if (!whole || more.length > 0 || kind === 'unclear') return endpoint('unclear')
  return endpoint(kind, { desk, name: `${desk}/${base}`, version })
}

/** Throws BAD_NAME for a name that nobody could install. */
export function checkReleaseName(name: string): void {
  try {
    checkPackageName(name)
  } catch (cause) {
    throw fail('BAD_NAME', (cause as Error).message, { cause })
  }
}

/** Throws BAD_VERSION for anything but a whole number from 1 on. */
export function readReleaseVersion(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  throw fail('BAD_VERSION', `Cannot use "${text}" as version: it must be a whole number from 1 on`)
}
