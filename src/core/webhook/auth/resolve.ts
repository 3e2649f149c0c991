// `$ENV{NAME}` and `$BATTERY{NAME}` in the auth of a trigger: looked up when a request comes. What
// resolves to nothing lets nobody in.

import type { TriggerAuth } from '#spec/webhook.ts'

export interface SecretSources {
  env(name: string): string | undefined
  battery(name: string): string | undefined
}

export interface ResolvedAuth {
  auth: TriggerAuth
  /** Keys whose reference leads nowhere. */
  unresolved: string[]
}

const texts = [
  'username',
  'password',
  'header_name',
  'header_value',
  'jwt_secret',
  'jwt_issuer',
  'jwt_audience',
  'secret',
] as const satisfies readonly (keyof TriggerAuth)[]

export function resolveAuth(auth: TriggerAuth, sources: SecretSources): ResolvedAuth {
  const resolved: Partial<Record<(typeof texts)[number], string>> = {}
  const unresolved: string[] = []
  for (const key of texts) {
    const text = auth[key]
    if (text === undefined) continue
    resolved[key] = resolveText(text, sources)
    if (resolved[key] === '' && text !== '') unresolved.push(key)
  }
  const secrets = auth.secrets?.map((text) => resolveText(text, sources))
  return { auth: { ...auth, ...resolved, ...(secrets && { secrets }) }, unresolved }
}

const reference = /^\$(ENV|BATTERY)\{([A-Za-z_][A-Za-z0-9_]*)\}$/

/** A whole reference becomes what it names, or nothing; any other text stays as it is. */
export function resolveText(text: string, sources: SecretSources): string {
  const [, kind, name] = reference.exec(text) ?? []
  if (name === undefined) return text
  return (kind === 'ENV' ? sources.env(name) : sources.battery(name)) ?? ''
}
