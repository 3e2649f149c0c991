// Where an agent is reached: its name below the domain of the registry (registry 14.8).

import { fail } from '#spec/errors.ts'

export interface AgentUrls {
  webhook: string
  tunnel: string
  wake: string
  deploy: null
}

/** Undefined without a domain. */
export function makeAgentUrls(domain: string, slug: string): AgentUrls | undefined {
  if (domain === '') return undefined
  const [scheme, host] = splitDomain(domain)
  const tunnel = `${scheme}://${slug}.${host}`
  return { webhook: `${tunnel}/hooks`, tunnel, wake: `${tunnel}/wake`, deploy: null }
}

/** Throws VALIDATION_ERROR for anything but a host name; `http://` only below `localhost`. */
export function checkAgentDomain(domain: string): void {
  const [scheme, host] = splitDomain(domain)
  const refuse = (why: string) =>
    fail('VALIDATION_ERROR', `Cannot use "${domain}" as domain of agents: ${why}`)
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]+(?::\d{1,5})?$/i.test(host))
    throw refuse('it is no host name')
  if (scheme === 'http' && !/(?:^|\.)localhost(?::\d+)?$/i.test(host))
    throw refuse('without https, only localhost will do')
}

function splitDomain(domain: string): [scheme: string, host: string] {
  const match = /^(https?):\/\/(.*)$/i.exec(domain)
  return match ? [match[1]!.toLowerCase(), match[2]!] : ['https', domain]
}
