// What is published: which files of a folder ship, and how a version is announced to a registry
// (registry 4.4, 9.4).

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { type FileMap, flowDefinitionName, specNames } from '#spec/package.ts'
import { isUnfinished } from '../name/temporary.ts'
import { isJunk } from './artifact.ts'
import { sha256Hex } from './digest.ts'
import { isFlow, makeFlowDefinition } from './flow.ts'
import { type PackageSpec, stampPublished } from './spec.ts'
import { isExactVersion } from './version.ts'

const secrets: readonly string[] = ['batteries.json', 'agent.json', 'webhook.json']

/** The files that ship, out of those at the top of a folder. Throws VALIDATION_ERROR for secrets. */
export function chooseFiles(files: FileMap): Map<string, Uint8Array> {
  const secret = secrets.find((name) => files.has(name))
  if (secret !== undefined)
    throw fail('VALIDATION_ERROR', `Cannot publish "${secret}": such a file holds secrets`, {
      hint: 'Move it out of the folder',
    })
  const chosen = new Map([...files].filter(([name]) => !isJunk(name) && !isUnfinished(name)))
  const total = chosen.values().reduce((sum, { length }) => sum + length, 0)
  if (total > limits.artifactUnpackedBytes || chosen.size > limits.artifactFiles)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot publish ${chosen.size} files of ${total} bytes: nobody could install them`,
    )
  return chosen
}

/** The version to try first. Throws VALIDATION_ERROR for one that could never be locked. */
export function firstVersion({ version }: PackageSpec): string {
  if (version === '') return '1'
  if (isExactVersion(version) && BigInt(version) > 0n) return version
  throw fail('VALIDATION_ERROR', `Cannot publish version "${version}": not a positive integer`, {
    hint: 'Set "version" to a whole number like 1',
  })
}

/** The files as they ship under a version: the spec says it, and flows carry their definition. */
export function makeBundle(
  spec: PackageSpec,
  files: FileMap,
  version: string,
): Map<string, Uint8Array> {
  const bundle = new Map(files)
  const text = stampPublished(spec, version)
  bundle.set(specNames[spec.kind], new TextEncoder().encode(text))
  bundle.delete(flowDefinitionName)
  if (isFlow(spec)) bundle.set(flowDefinitionName, makeFlowDefinition(spec, version))
  return bundle
}

export interface Announcement {
  name: string
  version: string
  kind: string
  flow: boolean
  /** What somebody believes the hash of the definition to be. */
  flowHash?: string
  files: FileMap
  archiveBytes: number
}

/** The headers of an upload. Throws VALIDATION_ERROR for what must not be sent. */
export function announce(announcement: Announcement): Record<string, string> {
  const { name, version, kind, flow, archiveBytes } = announcement
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot publish "${name}": ${why}`)
  if (name === '') throw refuse('it has no name')
  if (version === '') throw refuse('it has no version')
  if (archiveBytes > limits.artifactBytes)
    throw refuse(`its archive is larger than ${limits.artifactBytes} bytes`)
  if (!flow) return { 'X-Button-Kind': kind }
  const definition = announcement.files.get(flowDefinitionName)
  if (!definition || definition.length === 0) throw refuse('missing flow-definition.json')
  const hash = sha256Hex(definition)
  if (announcement.flowHash !== undefined && announcement.flowHash !== hash)
    throw refuse('flow definition hash mismatch')
  return { 'X-Button-Kind': kind, 'X-Drawer-Kind': 'flow', 'X-Flow-Definition-Sha256': hash }
}
