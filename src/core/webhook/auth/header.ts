// A shared secret in a header of its own.

import { sameSecret } from './compare.ts'
import { type AuthKind, invalid, missing, passed } from './kind.ts'

export const header: AuthKind = {
  signsBody: false,
  needs: ['header_name', 'header_value'],
  verify: ({ header_name = '', header_value = '' }, request) => {
    const given = request.header(header_name)
    if (!given) return missing(`header ${header_name} required`)
    return sameSecret(given, header_value) ? passed : invalid(`wrong value of ${header_name}`)
  },
}
