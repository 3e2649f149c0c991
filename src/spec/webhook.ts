// What a trigger may carry beside its kind and path: who may call, what counts as the same delivery,
// and how its runs are started (serve.md 4.1, 9.5, 9.6, 9.7, 9.11). Drawers and buttons share it.

import * as v from 'valibot'
import {
  type Shape,
  always,
  anything,
  flag,
  free,
  number,
  text,
  texts,
  whole,
  words,
} from './shape.ts'

export const authTypes = [
  'none',
  'basic',
  'header',
  'jwt',
  'github',
  'stripe',
  'slack',
  'standard-webhooks',
  'svix',
  'hmac',
] as const
export type AuthType = (typeof authTypes)[number]

export const jwtAlgorithms = ['HS256', 'HS384', 'HS512'] as const
export const hmacAlgorithms = ['sha256', 'sha512', 'sha1'] as const
export const hmacEncodings = ['hex', 'base64'] as const
export const overlaps = ['allow', 'skip', 'queue'] as const
export const catchUps = ['none', 'last'] as const

export const triggerAuthSchema = v.looseObject({
  type: always('How callers prove who they are', authTypes),
  username: text('basic: literal, $ENV{NAME} or $BATTERY{NAME}'),
  password: text('basic: literal, $ENV{NAME} or $BATTERY{NAME}'),
  header_name: text('header: its name'),
  header_value: text('header: literal, $ENV{NAME} or $BATTERY{NAME}'),
  jwt_secret: text('jwt: literal, $ENV{NAME} or $BATTERY{NAME}'),
  jwt_algorithm: words(jwtAlgorithms, 'jwt: default HS256'),
  jwt_issuer: text('jwt: expected iss'),
  jwt_audience: text('jwt: expected aud'),
  secret: text('Signatures: literal, $ENV{NAME} or $BATTERY{NAME}'),
  secrets: texts('Signatures: several secrets, any of which may match'),
  tolerance_seconds: number('Signatures: how far a timestamp may be off, default 300'),
  signature_header: text('hmac: the header that carries the signature'),
  signature_prefix: text('hmac: what stands before the signature in it'),
  algorithm: words(hmacAlgorithms, 'hmac: default sha256'),
  encoding: words(hmacEncodings, 'hmac: default hex'),
  signed: text('hmac: what is signed, of {body}, {timestamp} and {id}; default {body}'),
  timestamp_header: text('hmac: the header that carries the timestamp'),
  id_header: text('hmac: the header that carries the id'),
})

export type TriggerAuth = Shape<typeof triggerAuthSchema.entries>

/** The keys that the triggers of drawers and of buttons have in common. */
export const triggerSettings = {
  auth: v.nullish(triggerAuthSchema),
  dedupe: anything('webhook: {"header": "X"}, {"body": "a.b"} or false; default by type of auth'),
  filter: text('webhook: an expression over inputs; what it is false for is not run'),
  max_body_bytes: whole('webhook: largest body, at most 64 MiB; default 8 MiB'),
  keep_raw: flag('webhook: inputs.webhook.raw_body holds the text of the body'),
  rate_limit: whole('webhook: calls per minute'),
  retry: free('max_attempts, backoff (fixed or exponential), initial_seconds'),
  concurrency: whole('How many runs of this trigger at once'),
  timeout_seconds: whole('Longest run'),
  schedule: text('cron: five fields, @daily and the like, or @every 1h30m'),
  timezone: text('cron: IANA name; a prefix TZ= in the schedule wins'),
  overlap: words(overlaps, 'cron, watch: what happens while the last run is still going'),
  catch_up: words(catchUps, 'cron: whether a fire missed while nobody was there is made up for'),
  jitter_seconds: number('cron: fires up to so much later, by chance'),
  debounce_ms: number('watch: quiet time after a change before it fires'),
  enabled: flag('False pauses the trigger'),
}

export type TriggerSettings = Shape<typeof triggerSettings>

export const retrySchema = v.looseObject({
  max_attempts: v.nullish(v.number()),
  backoff: v.nullish(v.string()),
  initial_seconds: v.nullish(v.number()),
})

export type AuthRefusal = 'AUTH_MISSING' | 'AUTH_INVALID' | 'AUTH_EXPIRED'
export type AuthTrouble = 'AUTH_UNKNOWN_TYPE' | 'AUTH_MISCONFIGURED'
