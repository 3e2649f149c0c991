// `POST /v1/buttons/@desk/name/version`: judged whole in memory, then the archive is put on disk, then
// one transaction makes it a version (registry 14.4).

import { coversDesk } from '#core/registry/access.ts'
import {
  admitUpload,
  type Admitted,
  checkAnnouncedKind,
  type Claims,
} from '#core/registry/admission.ts'
import { checkReleaseName, readReleaseVersion } from '#core/registry/path.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { packageMessage } from '#core/package/signing.ts'
import { formatTime } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Release } from '#spec/registry.ts'
import type { NewWake, RegistryStore, Wakeable } from '#store/registry.ts'
import { gunzip } from '../../gzip.ts'
import { authorize, type Caller } from '../authorize.ts'
import type { Act, Handler, RegistryCall, ServerContext } from '../context.ts'
import { checkProof } from '../proof.ts'
import { json } from '../reply.ts'
import { openTurns } from '../turns.ts'

/** Archives on their way at once, and those being judged, which may be large once unpacked. */
const [arrivingAtOnce, judgedAtOnce] = [8, 2]

export function publishEndpoint(wake: () => void): Handler {
  const [arrive, judge] = [openTurns(arrivingAtOnce), openTurns(judgedAtOnce)]
  return async ({ desk, name, version }, call, act, context) => {
    Object.assign(act, { action: 'publish', target: `${name}@${version}`.slice(0, 300) })
    await authorizeFor(desk, call, act, context)
    checkReleaseName(name)
    const claims = readClaims(name, readReleaseVersion(version), call)
    const release = await arrive(async () => {
      const bytes = await readArchive(call)
      // An upload may take minutes, in which a key may be revoked.
      const { id } = await authorizeFor(desk, call, act, context)
      return judge(() => publish(bytes, claims, id, call, context))
    })
    wake()
    return json({ ok: true, name, version, sha256: release.sha256 }, 201)
  }
}

async function authorizeFor(
  desk: string,
  call: RegistryCall,
  act: Act,
  context: ServerContext,
): Promise<Caller> {
  const key = await authorize('write', call, act, context)
  if (coversDesk(key, desk)) return key
  throw fail('FORBIDDEN', `This key is not for the desk "${desk}"`)
}

function readClaims(name: string, version: number, { header }: RegistryCall): Claims {
  return {
    name,
    version,
    kind: header('x-button-kind') ?? '',
    drawerKind: header('x-drawer-kind') ?? '',
    flowHash: header('x-flow-definition-sha256') ?? '',
  }
}

/** Bytes per second that even a slow line manages. */
const slowest = 256 * 1024

function readArchive(call: RegistryCall): Promise<Uint8Array> {
  const declared = Number(call.header('content-length') ?? limits.artifactBytes)
  const expected = Math.min(declared, limits.artifactBytes) || limits.artifactBytes
  return call.readBody(limits.artifactBytes, limits.bodyUploadMs + (expected / slowest) * 1000)
}

async function publish(
  bytes: Uint8Array,
  claims: Claims,
  keyId: string,
  call: RegistryCall,
  context: ServerContext,
): Promise<Release> {
  const { store, host } = context
  const sha256 = sha256Hex(bytes)
  if ((call.header('x-content-sha256') ?? '').trim().toLowerCase() !== sha256)
    throw fail('HASH_MISMATCH', 'X-Content-Sha256 is not the hash of what arrived')
  await checkProof(call, sha256, context)
  await checkFree(claims, store)
  const admitted = await admit(bytes, claims)
  const release: Release = {
    ...admitted,
    sha256,
    size: bytes.length,
    ...(await readSignature(admitted, call, context)),
    published_by: keyId,
    published_at: formatTime(host.clock.now()),
  }
  await keep(release, bytes, store)
  return release
}

/** What needs no look into the archive; the transaction decides again. */
async function checkFree({ name, version, kind }: Claims, store: RegistryStore): Promise<void> {
  if (await store.releases.find(name, version)) throw await taken(name, version, store)
  const known = await store.releases.findKind(name)
  if (known !== undefined && known !== checkAnnouncedKind(kind)) throw otherKind(name, known)
}

async function taken(name: string, version: number, { releases }: RegistryStore) {
  const latest = String((await releases.findLatest(name)) ?? version)
  return fail('VERSION_EXISTS', `"${name}@${version}" exists: published versions are immutable`, {
    data: { latest },
  })
}

function otherKind(name: string, kind: string) {
  return fail('KIND_CONFLICT', `"${name}" is a ${kind}, and stays one`)
}

async function admit(bytes: Uint8Array, claims: Claims): Promise<Admitted> {
  let tar: Uint8Array
  try {
    tar = await gunzip(new Uint8Array(bytes), limits.artifactTarBytes)
  } catch (cause) {
    throw fail('INVALID_ARTIFACT', (cause as Error).message, { cause })
  }
  return admitUpload(tar, claims)
}

/** Throws INVALID_SIGNATURE: what cannot be verified later must not look signed now. */
async function readSignature(
  { name, version, content_hash }: Admitted,
  { header }: RegistryCall,
  { signatures }: ServerContext,
): Promise<Pick<Release, 'publisher_key' | 'signature'>> {
  const publisher = header('x-buttons-publisher') ?? ''
  const signature = header('x-buttons-package-signature') ?? ''
  if (publisher === '' && signature === '') return { publisher_key: '', signature: '' }
  const message = packageMessage(name, String(version), content_hash)
  if (signatures.verify(publisher, message, signature))
    return { publisher_key: publisher, signature }
  throw fail('INVALID_SIGNATURE', `The signature of "${name}@${version}" is not that of its key`)
}

/** How often an archive may be swept away between being put there and being named. */
const mostTries = 3

async function keep(release: Release, bytes: Uint8Array, store: RegistryStore): Promise<void> {
  const { name, version, kind, sha256 } = release
  for (let tries = 0; tries < mostTries; tries++) {
    await store.blobs.put(sha256, bytes)
    const added = await store.releases.add(release, (agents) => eventsFor(release, agents))
    if (added === 'added') return
    if (added === 'exists') throw await taken(name, version, store)
    if (added === 'other-kind') throw otherKind(name, (await store.releases.findKind(name)) ?? kind)
  }
  throw fail('STORAGE_ERROR', 'Cannot keep the archive: somebody removes it')
}

function eventsFor(release: Release, agents: readonly Wakeable[]): NewWake[] {
  const { name, version, kind, published_at } = release
  const desk = name.slice(0, name.indexOf('/'))
  const button = { name, version: String(version), kind }
  const event = { type: 'button.version_published', desk, button, published_at } as const
  return agents.filter((agent) => coversDesk(agent, desk)).map(({ slug }) => ({ slug, event }))
}
