// Where the host listens, and whether it may: without a key only where nobody but this machine's
// users can come in (serve.md 2.3).

import { formatAuthority, isLoopback } from '#core/serve/loopback.ts'
import { storageError } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { ServeSettings } from '#spec/serve.ts'
import type { Host, HttpBinding, HttpServer, ListenPlace } from '#host/host.ts'

export interface Binding {
  place: ListenPlace
  /** Nobody but users of a socket file can come in. */
  local: boolean
  /** Only this machine can. */
  loopback: boolean
  /** What people are told: `127.0.0.1:8080`, or a path. */
  address(server: HttpServer): string
}

/** Decides where to listen. Throws VALIDATION_ERROR for a place that needs a key. */
export async function planBinding(
  settings: ServeSettings,
  keyed: boolean,
  machine: Host,
): Promise<Binding> {
  const binding = (await inherited(machine)) ?? socketFile(settings, machine) ?? port(settings)
  if (!keyed && !binding.loopback)
    throw fail('VALIDATION_ERROR', `Cannot serve at "${nameOf(binding)}" without a key`, {
      hint: 'Give --api-key, or set it with buttons batteries set API_KEY --stdin',
    })
  return binding
}

function nameOf({ place }: Binding): string {
  if (place.kind === 'port') return place.hostname
  return place.kind === 'socket' ? place.path : 'an inherited socket'
}

async function inherited(machine: Host): Promise<Binding | undefined> {
  const found = await machine.servers.findInherited()
  if (!found) return undefined
  const { fd, inet } = found
  const address = inet ? formatAuthority(inet.hostname, inet.port) : 'inherited socket'
  return {
    place: { kind: 'inherited', fd },
    local: !inet,
    loopback: !inet || isLoopback(inet.hostname),
    address: () => address,
  }
}

function socketFile({ socket }: ServeSettings, { cwd }: Host): Binding | undefined {
  if (socket === undefined) return undefined
  const path = socket.startsWith('/') ? socket : `${cwd}/${socket}`
  return { place: { kind: 'socket', path }, local: true, loopback: true, address: () => path }
}

const defaultHost = '127.0.0.1'

function port({ host, port }: ServeSettings): Binding {
  const hostname = host || defaultHost
  return {
    place: { kind: 'port', hostname, port },
    local: false,
    loopback: isLoopback(hostname),
    address: (server) => formatAuthority(hostname, server.port ?? port),
  }
}

/** Listens. Throws VALIDATION_ERROR for unreadable certificates, INTERNAL_ERROR otherwise. */
export async function listen(
  { place, address }: Binding,
  { 'tls-cert': cert, 'tls-key': key }: ServeSettings,
  rest: Pick<HttpBinding, 'idleSeconds' | 'maxBodyBytes' | 'handle'>,
  machine: Host,
): Promise<{ server: HttpServer; address: string }> {
  const tls = cert && key ? { cert: readPem(cert, machine), key: readPem(key, machine) } : undefined
  try {
    const server = await machine.servers.listen({ where: place, ...rest, ...(tls && { tls }) })
    return { server, address: address(server) }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const why = (code && bindReasons[code]) || message
    throw fail('INTERNAL_ERROR', `Cannot listen at "${describePlace(place)}": ${why}`, {
      ...(code === 'EADDRINUSE' && { hint: 'Choose another one with --port' }),
      cause: error,
    })
  }
}

function describePlace(place: ListenPlace): string {
  if (place.kind === 'port') return formatAuthority(place.hostname, place.port)
  return place.kind === 'socket' ? place.path : `descriptor ${place.fd}`
}

const bindReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'somebody listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied',
  ENOTFOUND: 'no such host',
  EEXIST: 'another file is there',
  ENOENT: 'there is no such folder',
}

function readPem(path: string, { files, cwd }: Host): string {
  const full = path.startsWith('/') ? path : `${cwd}/${path}`
  let text: string | undefined
  try {
    text = files.findText(full)
  } catch (error) {
    throw storageError(`Cannot read "${path}"`, error)
  }
  if (text === undefined) throw fail('VALIDATION_ERROR', `Cannot read "${path}": no such file`)
  return text
}
