// A host with a registry of its own, and raw requests to it, made without any code of the product.

import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Host } from '#host/host.ts'
import { buttons } from './buttons.ts'
import { emptyHome, type Home } from './home.ts'
import { type Asked, serveHome, type TestHost } from './hosts.ts'
import { rawTar } from './packages.ts'
import { buttonFiles, type Files, pack, sha256 } from './registry.ts'

export interface OwnRegistry extends TestHost {
  home: Home
  admin: string
  write: string
  read: string
  /** A request with a key; '' for none. */
  as(key: string, path: string, init?: RequestInit): Promise<Asked>
  publish(name: string, version: string | number, more?: Upload): Promise<Asked>
  /** Rows of the index for a key, as `name@version`. */
  index(key?: string): Promise<string[]>
}

export interface Upload {
  key?: string
  files?: Files
  archive?: Uint8Array
  headers?: Record<string, string>
}

/** Keys for every role; flags as the command line gives them. */
export async function serveRegistry(
  flags: Record<string, unknown> = {},
  changes: Partial<Host> = {},
  home: Home = emptyHome(),
): Promise<OwnRegistry> {
  const admin = await makeKey(home, 'admin')
  const write = await makeKey(home, 'write')
  const read = await makeKey(home, 'read')
  const host = await serveHome(home, { registry: true, ...flags }, changes)
  return { ...host, home, admin, write, read, ...requests(host, { write, read }) }
}

export async function makeKey(home: Home, role: string, ...more: string[]): Promise<string> {
  const words = ['registry', 'key', 'create', '--role', role, ...more]
  return (
    await buttons(...words)
      .in(home)
      .data<{ key: string }>()
  ).key
}

function requests(host: TestHost, keys: { write: string; read: string }) {
  const as: OwnRegistry['as'] = (key, path, init = {}) => {
    const headers = new Headers(init.headers)
    if (key !== '') headers.set('Authorization', `Bearer ${key}`)
    return host.ask(path, { ...init, headers })
  }
  return {
    as,
    publish: (name: string, version: string | number, more: Upload = {}) => {
      const { key = keys.write, headers = {} } = more
      const archive = more.archive ?? archiveOf(name, String(version), more.files)
      return as(key, `/v1/buttons/${name}/${version}`, {
        method: 'POST',
        body: Uint8Array.from(archive),
        headers: {
          'Content-Type': 'application/gzip',
          'X-Content-Sha256': sha256(archive),
          'X-Button-Kind': 'button',
          ...headers,
        },
      })
    },
    index: async (key = keys.read) => {
      const { body } = await as(key, '/v1/index')
      return (body as { name: string; version: string }[]).map(
        (row) => `${row.name}@${row.version}`,
      )
    },
  }
}

export function archiveOf(name: string, version: string, files?: Files): Uint8Array {
  const base = name.slice(name.indexOf('/') + 1)
  return pack(base, files ?? buttonFiles(base, `echo ${version}\n`, { version }))
}

/** A gzipped archive exactly as described. */
export function rawArchive(entries: Parameters<typeof rawTar>[0]): Uint8Array {
  return gzipSync(rawTar(entries))
}

/** A device as any client could have it: Ed25519 by node:crypto. */
export interface TestDevice {
  id: string
  publicKey: string
  sign(text: string): string
}

export function newDevice(seed: Uint8Array = randomBytes(32)): TestDevice {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const key: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const raw = spki.subarray(spki.length - 32)
  return {
    id: sha256(raw),
    publicKey: raw.toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  }
}

export async function makeToken(home: Home, ...more: string[]): Promise<string> {
  const words = ['registry', 'token', 'create', '--owner', 'org_1', ...more]
  return (
    await buttons(...words)
      .in(home)
      .data<{ token: string }>()
  ).token
}

export function enroll(registry: OwnRegistry, token: string, device: TestDevice): Promise<Asked> {
  return registry.as(token, '/v1/devices/enroll', {
    method: 'POST',
    body: JSON.stringify({ pubkey: device.publicKey, host_kind: 'linux/amd64' }),
  })
}

export async function challenge(registry: OwnRegistry): Promise<string> {
  return (await registry.ask('/v1/challenge')).body.nonce as string
}

/** Registers under a fresh challenge, signed as it should be unless `changes` say otherwise. */
export async function register(
  registry: OwnRegistry,
  device: TestDevice,
  changes: Record<string, unknown> = {},
): Promise<Asked> {
  const nonce = (changes['nonce'] as string | undefined) ?? (await challenge(registry))
  const message = { slug: 'my-desk', tunnel_id: 'tun-1', nonce, device_id: device.id }
  const { slug, tunnel_id } = { ...message, ...changes }
  const signature = device.sign(`buttons-agent-register\n${slug}\n${tunnel_id}\n${nonce}`)
  return registry.ask('/v1/agents/register', {
    method: 'POST',
    body: JSON.stringify({ ...message, signature, ...changes }),
  })
}
