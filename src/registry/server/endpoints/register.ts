// `POST /v1/agents/register`: a device takes a name, under which it is reached and woken
// (registry 14.7, 14.8).

import { type AgentUrls, makeAgentUrls } from '#core/registry/agentUrls.ts'
import { readFields } from '#core/registry/fields.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { base64url } from '#core/identity/pkce.ts'
import { boundRegistrationMessage, registrationMessage } from '#core/package/signing.ts'
import { fail } from '#spec/errors.ts'
import type { Device } from '#store/registry.ts'
import type { Handler, ServerContext } from '../context.ts'
import { revoked } from '../proof.ts'
import { json } from '../reply.ts'

export const registerAgent: Handler = async (_, call, act, context) => {
  act.action = 'register'
  const { store } = context
  const request = readRequest(await call.readBody(maxBytes))
  const device = await getDevice(request.device_id, context)
  const { device_id, owner_id } = device
  Object.assign(act, { actor: `device:${device_id.slice(0, 8)}`, target: request.slug })
  // Spent whatever follows: a nonce is no second try.
  if (!(await store.nonces.spend(sha256Hex(request.nonce))))
    throw fail('NONCE_INVALID', 'The nonce is unknown, was used, or is too old')
  await checkSignatures(request, device, context)
  await store.devices.seen(device_id)
  await checkHolder(request.slug, device, context)
  const urls = findUrls(request.slug, context)
  const { tunnel_id, tunnel_token, dns } = await findTunnel(request, urls, context)
  const { slug, agent_id, principal } = request
  const wake_token = `bwk_${base64url(context.host.random.bytes(32))}`
  const agent = { slug, device_id, owner_id, tunnel_id, agent_id, principal, wake_token }
  const saved = await store.agents.save({ ...agent, wake_url: urls.wake })
  if (saved === 'taken') throw slugTaken(slug)
  const created = saved === 'created'
  const answer = { ok: true, slug, status: saved, owner_id, urls, dns, tunnel_id }
  const secrets = { tunnel_token, ...(created && { wake_token }) }
  return json({ ...answer, ...secrets }, created ? 201 : 200, { 'Cache-Control': 'no-store' })
}

const maxBytes = 16 * 1024

interface Request {
  device_id: string
  slug: string
  tunnel_id: string
  nonce: string
  signature: string
  signature2: string | undefined
  agent_id: string
  principal: string
}

const required = ['device_id', 'slug', 'tunnel_id', 'nonce', 'signature'] as const
const optional = ['signature2', 'agent_id', 'principal'] as const

function readRequest(bytes: Uint8Array): Request {
  const fields = readFields(bytes, [...required, ...optional])
  for (const name of required)
    if (fields[name] === undefined) throw fail('INVALID', `"${name}" is missing`)
  const { device_id = '', slug = '', tunnel_id = '', nonce = '', signature = '' } = fields
  const { signature2, agent_id = '', principal = '' } = fields
  // A name that ends in a hyphen cannot be part of a host name.
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug) || slug.endsWith('-'))
    throw fail('INVALID', `"slug" must be 1 to 63 of a-z, 0-9 and inner hyphens`)
  if (!/^[A-Za-z0-9._-]{0,128}$/.test(tunnel_id))
    throw fail('INVALID', '"tunnel_id" must be at most 128 of letters, digits, ".", "_" and "-"')
  return { device_id, slug, tunnel_id, nonce, signature, signature2, agent_id, principal }
}

async function getDevice(deviceId: string, { store }: ServerContext): Promise<Device> {
  const device = await store.devices.find(deviceId)
  // Exactly this code makes the client enrol, so nothing may come before it.
  if (!device) throw fail('UNKNOWN_DEVICE', 'This device is not enrolled here')
  if (device.revoked_at !== undefined) throw revoked(deviceId)
  return device
}

async function checkSignatures(
  request: Request,
  { pubkey }: Device,
  { signatures, origins }: ServerContext,
): Promise<void> {
  const { signature, signature2, agent_id: agentId, principal } = request
  const message = {
    slug: request.slug,
    tunnelId: request.tunnel_id,
    nonce: request.nonce,
    deviceId: request.device_id,
    agentId,
    principal,
  }
  const refuse = (why: string) => fail('BAD_SIGNATURE', why)
  if (!signatures.verify(pubkey, registrationMessage(message), signature))
    throw refuse('The registration is not signed by this device')
  if (signature2 === undefined) return
  for (const origin of origins())
    if (signatures.verify(pubkey, boundRegistrationMessage({ ...message, origin }), signature2))
      return
  throw refuse('The registration was signed for another registry')
}

async function checkHolder(slug: string, device: Device, { store }: ServerContext): Promise<void> {
  const holder = await store.agents.find(slug)
  if (!holder || holder.device_id === device.device_id) return
  const before = await store.devices.find(holder.device_id)
  if (holder.owner_id !== device.owner_id || before?.revoked_at === undefined) throw slugTaken(slug)
}

function slugTaken(slug: string) {
  return fail('SLUG_TAKEN', `"${slug}" is the name of another device`)
}

function findUrls(slug: string, { settings }: ServerContext): AgentUrls {
  const urls = makeAgentUrls(settings.agentDomain, slug)
  if (urls) return urls
  throw fail('AGENT_DOMAIN_UNSET', 'This registry has no domain for agents: see --agent-domain')
}

interface FoundTunnel {
  tunnel_id: string
  /** Told when the tunnel is made, and never again. */
  tunnel_token: string
  dns: 'written' | 'unchanged' | 'skipped'
}

/** The tunnel a device brings, else the one it has, else one that is made for it. */
async function findTunnel(
  { slug, tunnel_id, device_id }: Request,
  { tunnel: url }: AgentUrls,
  { store, tunnels }: ServerContext,
): Promise<FoundTunnel> {
  const before = await store.agents.find(slug)
  // The token of another device's tunnel is not known to this one.
  const known = tunnel_id || (before?.device_id === device_id ? before.tunnel_id : '')
  const hostname = new URL(url).hostname
  if (known !== '') {
    const dns = tunnels ? await tunnels.point(hostname, known) : 'skipped'
    return { tunnel_id: known, tunnel_token: '', dns }
  }
  if (!tunnels)
    throw fail(
      'TUNNEL_REQUIRED',
      'This registry makes no tunnels: pass --tunnel, or run buttons webhook setup first',
    )
  const { id, token } = await tunnels.make(hostname, `${slug}-${device_id.slice(0, 8)}`)
  return { tunnel_id: id, tunnel_token: token, dns: 'written' }
}
