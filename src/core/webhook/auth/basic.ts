// `Authorization: Basic …` (RFC 7617): user and password, split at the first colon.

import { sameSecret } from './compare.ts'
import { findBase64 } from './encoding.ts'
import { type AuthKind, invalid, missing, passed } from './kind.ts'

export const basic: AuthKind = {
  signsBody: false,
  needs: ['username', 'password'],
  verify: ({ username = '', password = '' }, { header }) => {
    const given = /^basic +(\S+)\s*$/i.exec(header('authorization') ?? '')?.[1]
    if (given === undefined) return missing('basic credentials required')
    const bytes = findBase64(given)
    const text = bytes && new TextDecoder().decode(bytes)
    const colon = text?.indexOf(':') ?? -1
    if (text === undefined || colon < 0) return invalid('malformed basic credentials')
    // Both are compared in any case: which of them was wrong must not show.
    const user = sameSecret(text.slice(0, colon), username)
    const word = sameSecret(text.slice(colon + 1), password)
    return user && word ? passed : invalid('wrong user or password')
  },
}
