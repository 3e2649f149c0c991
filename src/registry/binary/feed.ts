// Where newer programs are published, and what the newest one is called (registry 10.5).

import { normalizeVersion } from '#core/package/version.ts'
import { describeProblem, readProblem } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { isObject } from '#core/drawer/json.ts'
import { fail } from '#spec/errors.ts'
import type { RegistryContext } from '../context.ts'

export interface Asset {
  name: string
  /** Where anybody may fetch it. */
  download: string
  /** Where those fetch it who show a token. */
  api: string
}

export interface Release {
  version: string
  assets: Asset[]
}

const publicFeed = 'https://api.github.com/repos'

/** The newest release of `owner/name`, or of a repository's address. Throws REGISTRY_ERROR. */
export async function fetchRelease(
  repository: string,
  { call, host, signal }: Pick<RegistryContext, 'call' | 'host' | 'signal'>,
): Promise<Release> {
  const base = repository.includes('://') ? repository : `${publicFeed}/${repository}`
  const answer = await call(base, {
    method: 'GET',
    path: '/releases/latest',
    headers: { Accept: 'application/vnd.github+json', ...tokenHeader(host.env) },
    maxBytes: 4 * 1024 * 1024,
    timeoutMs: 30_000,
    retry: true,
    signal,
  })
  if (answer.status !== 200)
    throw fail('REGISTRY_ERROR', describeProblem('latest release', readProblem(answer)))
  const json = parseJson(new TextDecoder().decode(answer.body))
  const release = json.ok && isObject(json.value) ? json.value : {}
  const { tag_name: tag, assets } = release
  if (typeof tag !== 'string' || tag === '')
    throw fail('REGISTRY_ERROR', 'latest release: the answer names no version')
  const listed = Array.isArray(assets) ? assets.filter(isObject) : []
  return { version: normalizeVersion(tag), assets: listed.map(readAsset) }
}

export function tokenHeader(env: RegistryContext['host']['env']): Record<string, string> {
  const token = env['GITHUB_TOKEN']
  return token ? { Authorization: `Bearer ${token}` } : {}
}

function readAsset(asset: Record<string, unknown>): Asset {
  const text = (key: string) => (typeof asset[key] === 'string' ? asset[key] : '')
  return { name: text('name'), download: text('browser_download_url'), api: text('url') }
}
