// The headers of a button: templates filled, $ENV{NAME} resolved (D25, D68), values checked. Host and
// what describes the body's length are never the button's to say; see request.ts.

import { fail } from '#spec/errors.ts'
import type { Environment } from '#spec/env.ts'
import { hasControl } from './control.ts'
import { encoders } from './encode.ts'
import type { Header } from './request.ts'
import { refusal } from './target.ts'
import { fillPieces, type Values } from './template.ts'

export interface SecretSources {
  batteries: Readonly<Record<string, string>>
  env: Environment
}

export interface PlannedHeaders {
  headers: Header[]
  /** What $ENV{NAME} gave: to be kept out of everything that is stored. */
  secrets: string[]
}

/**
 * What only the two ends of one connection may say to each other (RFC 9110, 7.6.1): it is ours, it
 * carries one request, and it waits for nobody's leave to send a body.
 */
const ignoredNames: readonly string[] = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]

/**
 * Throws VALIDATION_ERROR for a name that $ENV{} cannot resolve and for control characters in a
 * value, SCRIPT_ERROR for a header name that HTTP does not know. No message repeats a value.
 */
export function planHeaders(
  stored: Readonly<Record<string, string>>,
  values: Values,
  sources: SecretSources,
): PlannedHeaders {
  // One header per name, whatever its case: the body's encoding must follow what is really sent.
  const headers = new Map<string, Header>()
  const secrets: string[] = []
  for (const [name, template] of Object.entries(stored)) {
    if (ignoredNames.includes(name.toLowerCase())) continue
    checkName(name)
    const value = fillValue(name, template, values, sources, secrets)
    headers.set(name.toLowerCase(), { name, value })
  }
  return { headers: [...headers.values()], secrets }
}

function checkName(name: string): void {
  if (isToken(name)) return
  throw fail('SCRIPT_ERROR', `Cannot build the request: "${name}" is not a header name`)
}

/** What HTTP allows as a method or a header name (RFC 9110, 5.6.2). */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)
}

/** $ENV{} counts only where the button's author wrote it: an argument cannot ask for a secret. */
function fillValue(
  name: string,
  template: string,
  values: Values,
  sources: SecretSources,
  secrets: string[],
): string {
  const value = fillPieces(template, values, encoders.raw)
    .map((piece) => (piece.substituted ? piece.text : resolve(name, piece.text, sources, secrets)))
    .join('')
  if (hasControl(value, '\t')) throw refusal(`header "${name}" contains a control character`)
  return value
}

function resolve(header: string, text: string, sources: SecretSources, secrets: string[]): string {
  return text.replace(/\$ENV\{([^{}]*)\}/g, (_, name: string) => {
    const value = findOwn(sources.batteries, name) ?? findOwn(sources.env, name)
    if (value === undefined)
      throw refusal(`header "${header}" needs "${name}", which is neither a battery nor set`)
    secrets.push(value)
    return value
  })
}

function findOwn(record: Readonly<Record<string, string | undefined>>, name: string) {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
