// Whether an upload may become a version (registry 14.4). Everything is judged in memory, before
// anything of it is kept; what comes out is all that is remembered beside the archive.

import { type ErrorCode, fail } from '#spec/errors.ts'
import {
  type FileMap,
  flowDefinitionName,
  type PackageKind,
  packageKinds,
  specNames,
} from '#spec/package.ts'
import type { Release } from '#spec/registry.ts'
import { slug } from '../name/slug.ts'
import { extractFiles } from '../package/artifact.ts'
import { hashContent } from '../package/contentHash.ts'
import { sha256Hex } from '../package/digest.ts'
import { isFlow, makeFlowDefinition } from '../package/flow.ts'
import {
  deskOf,
  findBatteries,
  findRequirements,
  type PackageSpec,
  readSpec,
} from '../package/spec.ts'

/** What a publisher says beside the archive; '' where it says nothing. */
export interface Claims {
  name: string
  version: number
  kind: string
  drawerKind: string
  flowHash: string
}

export type Admitted = Omit<
  Release,
  'sha256' | 'size' | 'publisher_key' | 'signature' | 'published_by' | 'published_at'
>

/** `tar` is the archive, gunzipped. Throws the code of the first rule that it breaks. */
export function admitUpload(tar: Uint8Array, claims: Claims): Admitted {
  const files = withCode('INVALID_ARTIFACT', () => extractFiles(tar))
  const kind = checkKind(files, claims)
  const spec = withCode('INVALID_ARTIFACT', () => readSpec(kind, files))
  checkIdentity(spec, claims)
  const requires = withCode('INVALID_SPEC', () => findRequirements(spec, deskOf(claims.name)))
  const flowHash = checkFlow(spec, files, claims)
  return {
    name: claims.name,
    kind,
    version: claims.version,
    description: textOf(spec.file['description']).slice(0, descriptionCharacters),
    tags: readTags(spec.file['tags']),
    content_hash: hashContent(files),
    files: files.size,
    flow: flowHash !== '',
    flow_definition_sha256: flowHash,
    requires,
    requires_batteries: findBatteries(spec),
  }
}

/** What the index shows of a description. */
const descriptionCharacters = 1000

function withCode<T>(code: ErrorCode, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw fail(code, (cause as Error).message, { cause })
  }
}

export function checkAnnouncedKind(kind: string): PackageKind {
  const announced = kind || 'button'
  if (isKind(announced)) return announced
  throw fail('KIND_MISMATCH', `Cannot publish a "${kind}": it must be button or drawer`)
}

function isKind(kind: string): kind is PackageKind {
  return (packageKinds as readonly string[]).includes(kind)
}

// Clients take a package with button.json for a button, whatever else is in it.
function checkKind(files: FileMap, { kind }: Claims): PackageKind {
  const announced = checkAnnouncedKind(kind)
  const found = packageKinds.find((one) => files.has(specNames[one]))
  if (found === undefined)
    throw fail('INVALID_ARTIFACT', 'The artifact has no button.json or drawer.json')
  if (found === announced) return found
  throw fail('KIND_MISMATCH', `The artifact is a ${found}, announced was a ${announced}`)
}

function checkIdentity({ name, file }: PackageSpec, claims: Claims): void {
  const base = claims.name.slice(claims.name.indexOf('/') + 1)
  const version = textOf(file['version'])
  if (version !== String(claims.version))
    throw fail('VERSION_MISMATCH', `The spec says version "${version}", the path ${claims.version}`)
  if (slug(name) !== slug(base) || slug(base) === '')
    throw fail('NAME_MISMATCH', `The spec calls itself "${name}", which is not "${base}"`)
}

/** The hash of the definition; '' for what is no flow. */
function checkFlow(spec: PackageSpec, files: FileMap, { version, drawerKind, flowHash }: Claims) {
  const refuse = (why: string) => fail('FLOW_MISMATCH', why)
  if (isFlow(spec) !== (drawerKind === 'flow'))
    throw refuse(`The drawer is ${isFlow(spec) ? 'a' : 'no'} flow, X-Drawer-Kind says otherwise`)
  if (!isFlow(spec)) return ''
  const packed = files.get(flowDefinitionName)
  if (!packed) throw refuse(`The artifact has no ${flowDefinitionName}`)
  const made = withCode('INVALID_SPEC', () => makeFlowDefinition(spec, String(version)))
  const hash = sha256Hex(packed)
  if (hash !== sha256Hex(made)) throw refuse(`${flowDefinitionName} does not match drawer.json`)
  if (hash !== flowHash.toLowerCase())
    throw refuse(`X-Flow-Definition-Sha256 is not the hash of ${flowDefinitionName}`)
  return hash
}

function readTags(tags: unknown): string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
