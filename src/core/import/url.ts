// `import url URL`: an HTTP button from somebody else's button.json. What would widen its reach or
// start something by itself is left behind: private networks, env, triggers.

import type { ArgDef, QueueDef } from '#spec/button.ts'
import type { ButtonFile } from '#spec/buttonFile.ts'
import type { ButtonDraft, HttpSource } from '#spec/create.ts'
import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { checkArgDefs } from '#core/args/declare.ts'
import { readButtonFile } from '#core/button/read.ts'
import { checkHeader, checkMethod } from '#core/button/request.ts'
import { refuseImport } from './draft.ts'

/** Throws IMPORT_ERROR for an address that is not one of the web. */
export function checkImportUrl(url: string): void {
  if (!/^https?:\/\//.test(url))
    throw refuseImport(url, 'the URL must begin with http:// or https://')
}

/** The draft in a fetched spec. Throws IMPORT_ERROR. */
export function planUrlImport(url: string, text: string, name?: string): ButtonDraft {
  const spec = readSpec(url, text)
  if (!spec.url)
    throw refuseImport(
      url,
      'the spec has no "url", and only HTTP buttons can be imported',
      'Packages are installed with buttons add and buttons install',
    )
  const chosen = name || spec.name
  if (!chosen) throw refuseImport(url, 'the spec has no name', 'Give one with --name')
  const args = (spec.args ?? []).map(plainArg)
  judge(url, () => checkArgDefs(args))
  const queue = findQueue(spec)
  return {
    name: chosen,
    ...(spec.description && { description: spec.description }),
    args,
    timeoutSeconds: positive(spec.timeout_seconds) ?? limits.defaultTimeoutSeconds,
    source: { kind: 'http', ...judge(url, () => readHttp(spec, spec.url!)) },
    ...(queue && { queue }),
    ...(spec.output_schema !== undefined &&
      spec.output_schema !== null && { outputSchema: spec.output_schema }),
  }
}

function readSpec(url: string, text: string): ButtonFile {
  const read = readButtonFile(text)
  if (read.ok) return read.value
  throw refuseImport(url, `the answer is no button: ${read.why}`)
}

/** What no create would take cannot be imported. */
function judge<T>(url: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof Failure ? refuseImport(url, error.message, error.hint) : error
  }
}

function plainArg(def: NonNullable<ButtonFile['args']>[number]): ArgDef {
  const { name, type, required, values, secret } = def
  return { name, type, required, ...(values && { values }), ...(secret && { secret }) }
}

function readHttp(spec: ButtonFile, url: string): HttpSource {
  const method = (spec.method || 'GET').toUpperCase()
  const headers = spec.headers ?? {}
  checkMethod(method)
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value)
  const cap = positive(spec.max_response_bytes) ?? limits.defaultResponseBytes
  return {
    url,
    method,
    headers,
    ...(spec.body && { body: spec.body }),
    maxResponseBytes: Math.min(cap, limits.maxResponseBytes),
    allowPrivateNetworks: false,
  }
}

function findQueue({ queue }: ButtonFile): QueueDef | undefined {
  if (!queue?.name) return undefined
  const concurrency = positive(queue.concurrency)
  return {
    name: queue.name,
    ...(concurrency && { concurrency }),
    ...(queue.key && { key: queue.key }),
  }
}

function positive(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && value > 0 ? value : undefined
}
