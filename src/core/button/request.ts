// Reads a request for a new button: every text parsed and every combination judged, in the order of
// buttons.md 5.2. What needs the disk is checked by the caller between these steps.

import type { ArgDef } from '#spec/button.ts'
import type { CreateRequest, DraftSource, HttpSource } from '#spec/create.ts'
import { fail, type Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { parseArgDefs } from '#core/args/declare.ts'
import { hasControl } from '#core/http/control.ts'
import { isToken } from '#core/http/headers.ts'
import { getLock } from '#core/http/target.ts'
import { parseSize } from '#core/size.ts'

/** The request's texts as values; what was given as an empty text is absent. */
export interface CreateParts {
  args: ArgDef[]
  headers: Record<string, string>
  maxResponseBytes?: number
}

/** First: argument declarations, the size, the headers. Throws VALIDATION_ERROR. */
export function readTexts(request: CreateRequest): CreateParts {
  const args = parseArgDefs(request.args ?? [])
  const maxResponseBytes = request.maxResponseSize ? parseSize(request.maxResponseSize) : undefined
  const headers = parseHeaders(request.headers ?? [])
  return { args, headers, ...(maxResponseBytes !== undefined && { maxResponseBytes }) }
}

/** A later header wins over an earlier one of the same name, whatever its case. */
function parseHeaders(texts: readonly string[]): Record<string, string> {
  const headers = new Map<string, [string, string]>()
  for (const text of texts) {
    const at = text.indexOf(':')
    if (at < 0) throw headerProblem(text, 'it must have the form "Key: Value"')
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    checkHeader(name, value)
    headers.set(name.toLowerCase(), [name, value])
  }
  return Object.fromEntries(headers.values())
}

/** Throws VALIDATION_ERROR for what no HTTP request could carry; the value is not repeated. */
export function checkHeader(name: string, value: string): void {
  if (!isToken(name)) throw headerProblem(name, 'that is not a header name')
  if (hasControl(value, '\t')) throw headerProblem(name, 'the value has a control character')
}

function headerProblem(text: string, why: string): Failure {
  return fail('VALIDATION_ERROR', `Cannot use header "${text}": ${why}`)
}

/** A draft's source, but for a script that is still to be read. */
export type Source = DraftSource | { kind: 'file'; path: string }

/** Second, once the name is free: which kind of button it is. Throws VALIDATION_ERROR. */
export function chooseSource(request: CreateRequest, parts: CreateParts): Source {
  const { file, code, url, prompt, runtime } = request
  const refuse = (why: string, hint?: string) =>
    fail('VALIDATION_ERROR', `Cannot create "${request.name}": ${why}`, hint ? { hint } : {})
  if ([file, code, url].filter(Boolean).length > 1)
    throw refuse('only one of --file, --code and --url can be given')
  if (code && new TextEncoder().encode(code).length > limits.inlineCodeBytes)
    throw refuse(
      `--code is longer than ${limits.inlineCodeBytes} bytes`,
      'Write the script to a file and use --file',
    )
  const promptOnly = Boolean(prompt) && !file && !code && !url
  if (runtime) checkRuntime(runtime, { file, url, promptOnly }, refuse)
  if (url) return { kind: 'http', ...readHttp(request, url, parts) }
  refuseHttpFlags(request, parts, refuse)
  if (file) return { kind: 'file', path: file }
  if (promptOnly) return { kind: 'prompt' }
  if (code) return { kind: 'code', runtime: runtime || 'shell', content: code }
  return { kind: 'scaffold', runtime: runtime || 'shell' }
}

type Refuse = (why: string, hint?: string) => Failure

function checkRuntime(
  runtime: string,
  given: { file: string | undefined; url: string | undefined; promptOnly: boolean },
  refuse: Refuse,
): void {
  if (given.url) throw refuse('--runtime does not go with --url')
  if (given.file)
    throw refuse('--runtime does not go with --file, whose runtime is read from the script')
  if (given.promptOnly) throw refuse('--runtime does not go with --prompt alone')
  if (runtime === 'http') throw refuse('an HTTP button is made with --url')
  if (runtime === 'prompt') throw refuse('a prompt button is made with --prompt')
}

function readHttp(request: CreateRequest, url: string, parts: CreateParts): HttpSource {
  getLock(url)
  const method = (request.method || 'GET').toUpperCase()
  checkMethod(method)
  return {
    url,
    method,
    headers: parts.headers,
    ...(request.body && { body: request.body }),
    maxResponseBytes: parts.maxResponseBytes ?? limits.defaultResponseBytes,
    allowPrivateNetworks: request.allowPrivateNetworks ?? false,
  }
}

/** Throws VALIDATION_ERROR for a word that cannot stand in a request line. */
export function checkMethod(method: string): void {
  if (isToken(method)) return
  throw fail('VALIDATION_ERROR', `Cannot use method "${method}": that is not an HTTP method`)
}

function refuseHttpFlags(request: CreateRequest, parts: CreateParts, refuse: Refuse): void {
  const given: readonly (readonly [string, boolean])[] = [
    ['--max-response-size', parts.maxResponseBytes !== undefined],
    ['--allow-private-networks', request.allowPrivateNetworks === true],
    ['--method', Boolean(request.method)],
    ['--header', Object.keys(parts.headers).length > 0],
    ['--body', Boolean(request.body)],
  ]
  const flag = given.find(([, isGiven]) => isGiven)?.[0]
  if (flag) throw refuse(`${flag} needs --url`)
}
