// Any other HMAC of a body: header, prefix, algorithm, encoding and what is signed are configured.

import { hmacAlgorithms, hmacEncodings, type TriggerAuth } from '#spec/webhook.ts'
import { findBase64, findHex } from './encoding.ts'
import {
  type AuthKind,
  type Refusal,
  type SignedRequest,
  invalid,
  misconfigured,
  missing,
  passed,
} from './kind.ts'
import {
  anyMatches,
  checkAge,
  isTimestamp,
  joinBytes,
  secretsOf,
  signBytes,
  wrongSignature,
} from './signature.ts'

export const hmac: AuthKind = {
  signsBody: true,
  needs: ['secret', 'signature_header'],
  verify: (auth, request) => {
    const { signature_header = '', signature_prefix = '', timestamp_header } = auth
    const algorithm = hmacAlgorithms.find((known) => known === (auth.algorithm || 'sha256'))
    const encoding = hmacEncodings.find((known) => known === (auth.encoding || 'hex'))
    if (!algorithm || !encoding) return misconfigured('unknown algorithm or encoding')
    const given = request.header(signature_header)
    if (!given) return missing(`header ${signature_header} required`)
    if (!given.startsWith(signature_prefix)) return invalid('malformed signature')
    const signature = decoders[encoding](given.slice(signature_prefix.length))
    if (!signature) return invalid('malformed signature')
    const signed = fillTemplate(auth, request)
    if (!(signed instanceof Uint8Array)) return signed
    const expected = secretsOf(auth).map((secret) => signBytes(algorithm, secret, signed))
    if (!anyMatches([signature], expected)) return wrongSignature()
    if (!timestamp_header) return passed
    return checkAge(request.header(timestamp_header) ?? '', auth, request.nowMs)
  },
}

const decoders = { hex: findHex, base64: findBase64 }

// The value of a header must not be able to bring in a further placeholder: one pass.
function fillTemplate(auth: TriggerAuth, request: SignedRequest): Uint8Array | Refusal {
  const { timestamp_header, id_header } = auth
  const time = timestamp_header ? request.header(timestamp_header) : ''
  const id = id_header ? request.header(id_header) : ''
  if (!time && timestamp_header) return missing(`header ${timestamp_header} required`)
  if (!id && id_header) return missing(`header ${id_header} required`)
  if (time && !isTimestamp(time)) return invalid('malformed timestamp')
  const template = auth.signed || '{body}'
  // A signature that does not cover the body, or names a header nobody configured, proves nothing.
  if (!template.includes('{body}')) return misconfigured('"signed" must contain {body}')
  if (template.includes('{timestamp}') && !time) return misconfigured('no timestamp_header')
  if (template.includes('{id}') && !id) return misconfigured('no id_header')
  const values: Readonly<Record<string, string | Uint8Array>> = {
    '{body}': request.body,
    '{timestamp}': time ?? '',
    '{id}': id ?? '',
  }
  const parts = template.split(/(\{body\}|\{timestamp\}|\{id\})/)
  return joinBytes(...parts.map((part) => (Object.hasOwn(values, part) ? values[part]! : part)))
}
