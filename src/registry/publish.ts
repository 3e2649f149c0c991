// `buttons publish`: a folder becomes the next version of a package. Versions never change, so one
// that is taken leads to the next; the local spec is changed once the registry has it.

import { hashContent } from '#core/package/contentHash.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { isFlow } from '#core/package/flow.ts'
import { checkPackageName } from '#core/package/name.ts'
import { packageMessage, type Signer } from '#core/package/signing.ts'
import { type PackageSpec, readSpec } from '#core/package/spec.ts'
import { writeTar } from '#core/package/tar/write.ts'
import { announce, chooseFiles, firstVersion, makeBundle } from '#core/package/upload.ts'
import { compareVersions, nextVersion } from '#core/package/version.ts'
import { readProblem, registryError } from '#core/package/wire.ts'
import { publisherId } from '#core/package/publisher.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import { type FileMap, flowDefinitionName, type PackageKind } from '#spec/package.ts'
import type { PackagePlace } from '#store/packages.ts'
import { upload } from './client.ts'
import type { RegistryContext } from './context.ts'
import { gzip } from './gzip.ts'
import { getWriteSource, type Source } from './source.ts'

export interface Published {
  name: string
  kind: PackageKind
  version: string
  /** Of the content, not of the archive. */
  sha256: string
  files: number
  flow_definition_sha256?: string
  /** The device id of the key that signed it. */
  signed_by?: string
}

export interface PublishOptions {
  /** Make a device key when there is none. */
  sign: boolean
}

/** Throws VALIDATION_ERROR when there is no address or key; anything else says what was wrong. */
export async function publishPackage(
  name: string,
  { sign }: PublishOptions,
  context: RegistryContext,
): Promise<Published> {
  const source = await getWriteSource(context)
  const local = await openLocal(name, context)
  const { kind, folder } = local.place
  await context.store.lifecycle.noticeEdit({ kind, name: folder })
  const signer = await (sign ? context.identity.ensureSigner() : context.identity.signer())
  const published = await send(local, source, signer, context)
  await stampLocal(local, published.version, context)
  return published
}

export interface Local {
  name: string
  place: PackagePlace
  spec: PackageSpec
  files: FileMap
  version: string
}

/** What would be published. Throws NOT_FOUND and VALIDATION_ERROR. */
export async function openLocal(name: string, context: RegistryContext): Promise<Local> {
  const { name: base } = checkPackageName(name)
  const place = await findPlace(name, slug(base), context)
  const files = chooseFiles(await context.store.packages.readTop(place))
  const spec = readSpec(place.kind, files)
  if (slug(spec.name) !== slug(base))
    context.warn(`"${name}" calls itself "${spec.name}": registries may refuse it`)
  return { name, place, spec, files, version: firstVersion(spec) }
}

async function findPlace(
  name: string,
  folder: string,
  { store }: RegistryContext,
): Promise<PackagePlace> {
  const isThere = async (kind: PackageKind) =>
    folder !== '' && (await store.packages.look({ kind, folder })).spec !== undefined
  const [button, drawer] = [await isThere('button'), await isThere('drawer')]
  if (button && drawer)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot publish "${name}": found both button and drawer "${folder}"`,
    )
  if (button || drawer) return { kind: button ? 'button' : 'drawer', folder }
  throw fail('NOT_FOUND', `Cannot publish "${name}": button or drawer "${folder}" not found`)
}

const mostTries = 1000

async function send(
  local: Local,
  source: Source,
  signer: Signer | undefined,
  context: RegistryContext,
): Promise<Published> {
  let { version } = local
  for (let tries = 0; tries < mostTries; tries++) {
    const { published, archive, headers } = await pack(local, version, signer)
    const answer = await upload({ name: local.name, version, archive, headers }, source, context)
    if (answer.status === 200 || answer.status === 201) return published
    const problem = readProblem(answer)
    if (answer.status !== 409 || problem.code !== 'VERSION_EXISTS')
      throw registryError(`publish ${local.name}@${version}`, problem)
    version = bump(version, problem.latest)
  }
  throw fail('REGISTRY_ERROR', `Cannot publish "${local.name}": ${mostTries} versions are taken`)
}

/** The version after the taken one; the registry may know how far that is. */
function bump(taken: string, latest: string | undefined): string {
  const known = latest !== undefined && nextVersion(latest) !== undefined
  const newest = known && compareVersions(latest, taken) > 0 ? latest : taken
  const next = nextVersion(newest)
  if (next !== undefined) return next
  throw fail('VALIDATION_ERROR', `Version "${taken}" exists and cannot be auto-bumped`)
}

async function pack({ name, spec, files }: Local, version: string, signer: Signer | undefined) {
  const bundle = makeBundle(spec, files, version)
  const archive = await gzip(writeTar(name.slice(name.indexOf('/') + 1), bundle))
  const flow = isFlow(spec)
  const { kind } = spec
  const announcement = { name, version, kind, flow, files: bundle, archiveBytes: archive.length }
  const contentHash = hashContent(bundle)
  const published: Published = {
    name,
    kind,
    version,
    sha256: contentHash,
    files: bundle.size,
    ...(flow && { flow_definition_sha256: sha256Hex(bundle.get(flowDefinitionName)!) }),
    ...(signer && { signed_by: publisherId(signer.publicKey) }),
  }
  const signature = signer && {
    'X-Buttons-Publisher': signer.publicKey,
    'X-Buttons-Package-Signature': signer.sign(packageMessage(name, version, contentHash)),
  }
  return { published, archive, headers: { ...announce(announcement), ...signature } }
}

/** The registry has the version by now: a spec that cannot say so is a warning. */
async function stampLocal(
  { place, spec }: Local,
  version: string,
  { store, warn }: RegistryContext,
): Promise<void> {
  if (spec.version === version) return
  const { kind, folder } = place
  try {
    if (kind === 'button') await store.buttons.update(folder, (file) => ({ ...file, version }))
    else await store.drawers.update(folder, (file) => void (file['version'] = version))
    await store.lifecycle.logChange({ action: 'edit', target: { kind, name: folder } })
  } catch (error) {
    warn((error as Error).message)
  }
}
