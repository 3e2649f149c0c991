// What cloudflared says: its address, its readiness, and the ids of tunnels.

const quickAddress = /https:\/\/[a-z0-9-]+\.trycloudflare\.com/
const registered = [/registered tunnel connection/i, /connection.*registered/i, /serving http/i]
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

export function findQuickAddress(line: string): string | undefined {
  return quickAddress.exec(line)?.[0]
}

export function saysRegistered(line: string): boolean {
  return registered.some((one) => one.test(line))
}

export function findTunnelId(text: string): string | undefined {
  return uuid.exec(text)?.[0].toLowerCase()
}

/** The id of a tunnel in the answer of `tunnel list --output json`. */
export function findListedTunnel(text: string, name: string): string | undefined {
  try {
    const list: unknown = JSON.parse(text)
    if (!Array.isArray(list)) return undefined
    const found = (list as { id?: unknown; name?: unknown }[]).find((one) => one?.name === name)
    return typeof found?.id === 'string' ? found.id : undefined
  } catch {
    return undefined
  }
}

/** The host name that a DNS route was really made for. */
export function findRoutedHost(text: string): string | undefined {
  return /(\S+) is (?:already|now) configured to route/.exec(text)?.[1]?.replace(/\.$/, '')
}

export function saysRecordExists(text: string): boolean {
  return text.includes('already exists') || text.includes('record with that host')
}
