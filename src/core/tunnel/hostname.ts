// Host names for webhooks: what a certificate and a DNS record can be made for (serve.md 5.5, D 44).

import { fail } from '#spec/errors.ts'

const secondLevel = ['.co.uk', '.co.nz', '.com.au', '.com.br', '.co.jp', '.co.in']

/** The host name in lower case. Throws VALIDATION_ERROR. */
export function checkHostname(
  typed: string,
  allowApex: boolean,
): { hostname: string; apex: boolean } {
  const hostname = typed.trim().toLowerCase()
  const refuse = (why: string, hint?: string) =>
    fail('VALIDATION_ERROR', `Cannot use host name "${typed}": ${why}`, hint ? { hint } : {})
  if (hostname === '') throw refuse('it is empty')
  if (!hostname.includes('.')) throw refuse('it has no dot')
  if (!isName(hostname)) throw refuse('it must be a name alone, like hooks.example.com')
  const apex = isApex(hostname)
  if (apex && !allowApex)
    throw refuse(
      'it is a whole domain, whose website would lead to this machine',
      'Choose a name below it, or give --allow-apex',
    )
  return { hostname, apex }
}

// RFC 1123: labels of letters, digits and hyphens, and the last one is no number.
function isName(hostname: string): boolean {
  const labels = hostname.split('.')
  return (
    hostname.length <= 253 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1)!)
  )
}

function isApex(hostname: string): boolean {
  const ending = secondLevel.find((one) => hostname.endsWith(one))
  if (ending !== undefined) return !hostname.slice(0, -ending.length).includes('.')
  return hostname.split('.').length < 3
}
