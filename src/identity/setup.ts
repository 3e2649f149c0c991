// `buttons agent setup`: this device gets a key, makes it known, and takes a name under which it is
// reached. Safe to repeat: what is set up already is only pointed at its present tunnel.

import { checkAgentSlug, withoutSecrets } from '#core/identity/agent.ts'
import type { JsonObject } from '#core/drawer/json.ts'
import { findRegistryBase, findRegistryKey, noRegistry } from '#core/package/source.ts'
import type { Signer } from '#core/package/signing.ts'
import type { Call } from '#core/package/wire.ts'
import type { AgentFile } from '#spec/agent.ts'
import { Failure, fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { type Broker, enroll, register, type Registrant } from './broker.ts'
import { deviceIdOf, newSeed, openSigner } from './key.ts'
import { asKeyError } from './trouble.ts'

export interface SetupContext {
  host: Host
  store: Store
  call: Call
  warn(message: string): void
  signal?: AbortSignal | undefined
}

export interface AgentRequest {
  slug: string
  /** '' lets the device find its tunnel. */
  tunnel: string
  /** '' for nobody in particular. */
  principal: string
}

/** What the registry answered, without secrets. Throws VALIDATION_ERROR, AGENT_KEY_ERROR, SETUP_ERROR. */
export async function setUpAgent(
  request: AgentRequest,
  context: SetupContext,
): Promise<JsonObject> {
  const { base, token } = await checkSetup(request, context)
  const { store, host, call, signal } = context
  const known = await asKeyError(() => store.device.read())
  if (!known?.device_seed && token === undefined) throw missingToken()
  const { signer, agent } = await ensureKey(context)
  const tunnelId = await findTunnel(request.tunnel, agent, context)
  const registrant = { slug: request.slug, tunnelId, principal: request.principal, signer }
  const broker: Broker = { call, base, signal }
  const answer = await registerOrEnroll(registrant, token, host, broker)
  const saved = await save(request.slug, answer, context)
  await configureTunnel(answer, saved, context)
  return withoutSecrets(answer)
}

/** What can be refused before anything is made. Throws VALIDATION_ERROR. */
export async function checkSetup(
  { slug }: AgentRequest,
  { host, store, warn }: Pick<SetupContext, 'host' | 'store' | 'warn'>,
): Promise<{ base: string; token: string | undefined }> {
  const batteries = await store.batteries.effective()
  const base = findRegistryBase(host.env, batteries)
  if (base === undefined)
    throw fail('VALIDATION_ERROR', noRegistry.message, { hint: noRegistry.hint })
  checkAgentSlug(slug)
  if (slug.endsWith('-')) warn(`"${slug}" ends in "-": it makes no valid host name`)
  return { base, token: findRegistryKey('ENROLL_TOKEN', host.env, batteries) }
}

function missingToken(why = 'this device is not enrolled, and there is no token to enrol with') {
  return fail('VALIDATION_ERROR', `Cannot set up the agent: ${why}`, {
    hint: 'buttons batteries set ENROLL_TOKEN TOKEN, or BUTTONS_BAT_ENROLL_TOKEN',
  })
}

async function ensureKey({
  host,
  store,
}: SetupContext): Promise<{ signer: Signer; agent: AgentFile }> {
  return asKeyError(async () => {
    const known = await store.device.read()
    if (known?.device_seed) return { signer: openSigner(known.device_seed), agent: known }
    const fresh = newSeed(host.random.bytes)
    await store.device.update((agent) => ({ ...agent, device_seed: agent.device_seed || fresh }))
    const agent = (await store.device.read())!
    return { signer: openSigner(agent.device_seed), agent }
  })
}

/** The flag, else the tunnel that was set up here, else the one the registry gave us before. */
async function findTunnel(
  given: string,
  agent: AgentFile,
  { store, warn }: SetupContext,
): Promise<string> {
  if (given !== '') return given
  try {
    const { tunnel_id } = await store.tunnel.read()
    if (tunnel_id !== '') return tunnel_id
  } catch (error) {
    warn((error as Error).message)
  }
  return agent.tunnel_id
}

async function registerOrEnroll(
  registrant: Registrant,
  token: string | undefined,
  host: Host,
  broker: Broker,
): Promise<JsonObject> {
  const first = await asSetupError(() => register(registrant, broker))
  if (first.kind === 'registered') return first.answer
  if (token === undefined) throw missingToken(first.why)
  return asSetupError(async () => {
    await enroll(registrant.signer, token, host.platform, broker)
    const second = await register(registrant, broker)
    if (second.kind === 'registered') return second.answer
    throw fail('SETUP_ERROR', second.why)
  })
}

async function save(slug: string, answer: JsonObject, { store }: SetupContext): Promise<AgentFile> {
  return asKeyError(async () => {
    await store.device.update((agent) => ({
      ...agent,
      slug,
      tunnel_id: textOf(answer['tunnel_id']) || agent.tunnel_id,
      tunnel_token: textOf(answer['tunnel_token']) || agent.tunnel_token,
      wake_token: textOf(answer['wake_token']) || agent.wake_token,
    }))
    return (await store.device.read())!
  })
}

/** A tunnel that the registry made is what this machine is reached by, unless it has its own. */
async function configureTunnel(
  answer: JsonObject,
  agent: AgentFile,
  { store }: SetupContext,
): Promise<void> {
  const urls = answer['urls'] as { tunnel?: unknown } | undefined
  const hostname = textOf(urls?.tunnel).replace(/^https:\/\//, '')
  const id = textOf(answer['tunnel_id'])
  const fresh = textOf(answer['tunnel_token'])
  if (hostname === '' || id === '') return
  await asSetupError(async () => {
    const isSet = await store.tunnel.isSet()
    // A token that came before mends a file that was lost since.
    const token = fresh || (!isSet && agent.tunnel_id === id ? agent.tunnel_token : '')
    if (token === '') return
    const before = await store.tunnel.read()
    if (isSet && before.tunnel_id !== id) return
    const named = { mode: 'named', hostname, tunnel_id: id, tunnel_token: token } as const
    await store.tunnel.write({ ...before, ...named })
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Whatever goes wrong once the setup is under way has one code. */
async function asSetupError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'SETUP_ERROR') throw error
    throw fail('SETUP_ERROR', error.message, { cause: error })
  }
}

export interface AgentStatus {
  enrolled: boolean
  device_id?: string
  slug?: string
  /** A registry knows it under that name. */
  registered?: boolean
}

/** Who this device is; asks nobody. Throws AGENT_KEY_ERROR. */
export async function agentStatus({ store }: Pick<SetupContext, 'store'>): Promise<AgentStatus> {
  const agent = await asKeyError(() => store.device.read())
  if (!agent?.device_seed) return { enrolled: false }
  const { publicKey } = openSigner(agent.device_seed)
  const { slug } = agent
  return { enrolled: true, device_id: deviceIdOf(publicKey), slug, registered: slug !== '' }
}
