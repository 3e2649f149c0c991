// Whether a request may be sent to where its URL points: the host lock, the scheme, the spelling
// (buttons.md 6.8b). The checks stand in the order of the contract, and the first problem counts.

import { fail } from '#spec/errors.ts'
import { hasControl } from './control.ts'
import { type Destination, findDestination, type Scheme } from './destination.ts'
import { findGuardProblem } from './guard.ts'
import { climbs, type FilledUrl, splitUrl, type SplitUrl } from './url.ts'

export interface TargetRules {
  /** The button's allowed_host; empty when it has none, so that its URL gives the lock. */
  allowedHost: string
  allowAnyHost: boolean
  allowPrivateNetworks: boolean
}

/** Where the request goes. Throws VALIDATION_ERROR, its message beginning `refusing request: `. */
export function checkTarget(url: SplitUrl, filled: FilledUrl, rules: TargetRules): Destination {
  const problem =
    findTextProblem(filled) ?? findAuthorityProblem(url) ?? findLockProblem(url, rules)
  if (problem !== undefined) throw refusal(problem)
  // Equal to the lock by now, so that this is the lock's destination as well.
  const destination = findUrlDestination(url)!
  const guarded = rules.allowPrivateNetworks ? undefined : findAddressProblem(destination)
  if (guarded !== undefined) throw refusal(guarded)
  if (climbs(filled.path))
    throw refusal('an argument makes a path segment "." or "..", which could leave the path')
  return destination
}

/** What every refusal before sending looks like. */
export function refusal(why: string) {
  return fail('VALIDATION_ERROR', `refusing request: ${why}`)
}

/**
 * The lock a new button gets from its URL: the authority in lower case (buttons.md 5.2). Throws
 * VALIDATION_ERROR when the URL cannot be a button's.
 */
export function getLock(template: string): string {
  const url = splitUrl(template)
  const problem =
    url.scheme === url.scheme.toLowerCase()
      ? findAuthorityProblem(url)
      : 'the scheme must be written in lower case'
  if (problem !== undefined) throw fail('VALIDATION_ERROR', `Cannot use the URL: ${problem}`)
  return url.authority.toLowerCase()
}

function findTextProblem(filled: FilledUrl): string | undefined {
  if (hasControl(filled.text)) return 'the URL contains a control character'
  // Piece by piece, so that a value cannot complete an escape which the template began.
  if (filled.path.some((piece) => /%(?![0-9A-Fa-f]{2})/.test(piece.text)))
    return 'the path of the URL contains a broken % escape'
  return undefined
}

const authorityChecks: readonly ((url: SplitUrl) => string | undefined)[] = [
  ({ scheme }) =>
    findScheme(scheme) === undefined ? 'the URL must begin with http:// or https://' : undefined,
  ({ authority }) => (authority.includes('@') ? 'the URL carries user information' : undefined),
  ({ authority }) => (/^(?::|$)/.test(authority) ? 'the URL names no host' : undefined),
  ({ authority }) =>
    /\{\{|\}\}/.test(authority) ? 'the host of the URL contains a placeholder' : undefined,
  (url) =>
    findUrlDestination(url) === undefined
      ? `"${url.authority}" is neither a host name nor an address with an optional port`
      : undefined,
]

function findAuthorityProblem(url: SplitUrl): string | undefined {
  for (const check of authorityChecks) {
    const problem = check(url)
    if (problem !== undefined) return problem
  }
  return undefined
}

export function findScheme(text: string): Scheme | undefined {
  return (['http', 'https'] as const).find((scheme) => scheme === text.toLowerCase())
}

/** Compared as text: `host` and `host:443` are two locks. An empty lock is the URL's own host. */
function findLockProblem({ authority }: SplitUrl, rules: TargetRules): string | undefined {
  const { allowedHost: lock, allowAnyHost } = rules
  if (lock === '*')
    return allowAnyHost ? undefined : 'allowed_host "*" needs BUTTONS_ALLOW_ANY_HOST=1'
  if (lock === '' || lock.toLowerCase() === authority.toLowerCase()) return undefined
  return `host "${authority}" is not the allowed host "${lock}"`
}

/** In lower case, as the lock is: DNS does not tell the two apart. */
function findUrlDestination({ scheme, authority }: SplitUrl): Destination | undefined {
  return findDestination(findScheme(scheme)!, authority.toLowerCase())
}

function findAddressProblem({ host, address }: Destination): string | undefined {
  return address === undefined ? undefined : findGuardProblem(host, [address])
}
