// The auth that somebody asks for on the command line, checked and in the words of the file.

import { fail, type Failure } from '#spec/errors.ts'
import {
  type AuthType,
  authTypes,
  hmacAlgorithms,
  hmacEncodings,
  jwtAlgorithms,
  type TriggerAuth,
} from '#spec/webhook.ts'

export interface AuthRequest {
  auth?: string | undefined
  user?: string | undefined
  password?: string | undefined
  headerName?: string | undefined
  headerValue?: string | undefined
  jwtSecret?: string | undefined
  jwtAlgorithm?: string | undefined
  jwtIssuer?: string | undefined
  jwtAudience?: string | undefined
  secret?: string | undefined
  tolerance?: string | undefined
  signatureHeader?: string | undefined
  signaturePrefix?: string | undefined
  algorithm?: string | undefined
  encoding?: string | undefined
  signed?: string | undefined
  timestampHeader?: string | undefined
  idHeader?: string | undefined
}

/** Undefined for an open endpoint. Throws VALIDATION_ERROR. */
export function planAuth(request: AuthRequest): TriggerAuth | undefined {
  const type = request.auth || 'none'
  const known = authTypes.find((one) => one === type)
  if (!known)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot use auth "${type}": it must be one of ${list(authTypes)}`,
    )
  return known === 'none' ? undefined : makers[known](request)
}

type Maker = (request: AuthRequest) => TriggerAuth

const makers: Readonly<Record<Exclude<AuthType, 'none'>, Maker>> = {
  basic: ({ user, password }) => ({
    type: 'basic',
    username: need('basic', '--auth-user', user),
    password: need('basic', '--auth-pass', password),
  }),
  header: ({ headerName, headerValue }) => ({
    type: 'header',
    header_name: need('header', '--auth-header-name', headerName),
    header_value: need('header', '--auth-header-value', headerValue),
  }),
  jwt: ({ jwtSecret, jwtAlgorithm, jwtIssuer, jwtAudience }) => ({
    type: 'jwt',
    jwt_secret: need('jwt', '--jwt-secret', jwtSecret),
    ...(jwtAlgorithm && { jwt_algorithm: oneOf(jwtAlgorithms, jwtAlgorithm) }),
    ...(jwtIssuer && { jwt_issuer: jwtIssuer }),
    ...(jwtAudience && { jwt_audience: jwtAudience }),
  }),
  github: (request) => ({ type: 'github', secret: need('github', '--secret', request.secret) }),
  stripe: signed('stripe'),
  slack: signed('slack'),
  'standard-webhooks': signed('standard-webhooks'),
  svix: signed('svix'),
  hmac: (request) => ({
    ...signed('hmac')(request),
    signature_header: need('hmac', '--signature-header', request.signatureHeader),
    ...(request.signaturePrefix && { signature_prefix: request.signaturePrefix }),
    ...(request.algorithm && { algorithm: oneOf(hmacAlgorithms, request.algorithm) }),
    ...(request.encoding && { encoding: oneOf(hmacEncodings, request.encoding) }),
    ...(request.signed && { signed: checkSigned(request) }),
    ...(request.timestampHeader && { timestamp_header: request.timestampHeader }),
    ...(request.idHeader && { id_header: request.idHeader }),
  }),
}

function signed(type: AuthType): Maker {
  return ({ secret, tolerance }) => ({
    type,
    secret: need(type, '--secret', secret),
    ...(tolerance !== undefined && { tolerance_seconds: readTolerance(tolerance) }),
  })
}

function need(type: string, flag: string, value: string | undefined): string {
  if (value) return value
  throw fail('VALIDATION_ERROR', `Cannot use auth "${type}": it needs ${flag}`)
}

function oneOf(words: readonly string[], word: string): string {
  if (words.includes(word)) return word
  throw fail('VALIDATION_ERROR', `Cannot use algorithm "${word}": it must be one of ${list(words)}`)
}

function list(words: readonly string[]): string {
  return words.join(', ')
}

function readTolerance(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw fail('VALIDATION_ERROR', `Cannot use tolerance "${text}": it must be whole seconds`)
}

function checkSigned({ signed: template = '', timestampHeader, idHeader }: AuthRequest): string {
  const lacks = (why: string): Failure =>
    fail('VALIDATION_ERROR', `Cannot use --signed "${template}": ${why}`)
  if (!template.includes('{body}')) throw lacks('it must contain {body}')
  if (template.includes('{timestamp}') && !timestampHeader)
    throw lacks('it needs --timestamp-header')
  if (template.includes('{id}') && !idHeader) throw lacks('it needs --id-header')
  return template
}
