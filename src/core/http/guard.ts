// The private-network guard (buttons.md 6.8c): who may pass it, and what it says when it stops a
// connection. Whoever resolves a name asks here with every address of the answer, and connects only
// to addresses of that same answer.

import type { Environment } from '#spec/env.ts'
import { findBlockedRange, formatAddress, parseAddress } from './address.ts'

/** What the environment allows HTTP buttons; only the exact text `1` does. */
export function networkSwitches(env: Environment): {
  allowAnyHost: boolean
  allowPrivate: boolean
} {
  return {
    allowAnyHost: env['BUTTONS_ALLOW_ANY_HOST'] === '1',
    allowPrivate: env['BUTTONS_ALLOW_PRIVATE_NETWORKS'] === '1',
  }
}

/**
 * Why a host with these addresses must not be connected to, or undefined. One bad address is
 * enough; what cannot be read as an address counts as bad.
 */
export function findGuardProblem(host: string, addresses: readonly string[]): string | undefined {
  for (const text of addresses) {
    const address = parseAddress(text)
    if (address === undefined)
      return `SSRF blocked: ${host} is at "${text}", which is no IP address`
    const range = findBlockedRange(address)
    if (range !== undefined) return describeBlock(host, formatAddress(address), range)
  }
  return undefined
}

function describeBlock(host: string, address: string, range: string): string {
  const target = address === host ? host : `${host} (${address})`
  return (
    `SSRF blocked: ${target} is in a private or reserved network (${range}); to allow it set ` +
    '"allow_private_networks": true in the button or BUTTONS_ALLOW_PRIVATE_NETWORKS=1'
  )
}
