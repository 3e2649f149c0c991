// buttons.json: which packages a project wants (registry 2.1). Keys nobody knows survive.

import * as v from 'valibot'
import { fail } from '#spec/errors.ts'
import { type Manifest, manifestFileSchema, packageFileVersion } from '#spec/package.ts'
import { parseJson } from '../text/json.ts'
import { describeIssue } from '../text/issue.ts'
import { isObject, type JsonObject } from '../drawer/json.ts'
import { compareText } from '../expr/textOrder.ts'
import { splitPackageName, unscoped } from './name.ts'
import { isRequest } from './version.ts'

export const emptyManifest: Manifest = { dependencies: {}, others: {} }

/** Throws VALIDATION_ERROR: one bad entry is a bad file. */
export function readManifest(text: string): Manifest {
  const { schema_version: _, dependencies, ...others } = readPackageFile('buttons.json', text)
  const parsed = v.safeParse(manifestFileSchema, { dependencies })
  if (!parsed.success) throw unreadable('buttons.json', describeIssue(parsed.issues[0]))
  const manifest = { dependencies: parsed.output.dependencies ?? {}, others }
  checkManifest(manifest)
  return manifest
}

/** Throws VALIDATION_ERROR. */
export function checkManifest({ dependencies }: Manifest): void {
  for (const [name, requested] of Object.entries(dependencies)) {
    if (!splitPackageName(name)) throw unreadable('buttons.json', unscoped(name).message)
    if (!isRequest(requested))
      throw unreadable(
        'buttons.json',
        `"${name}" must be latest or a whole number, got "${requested}"`,
      )
  }
}

export function formatManifest({ dependencies, others }: Manifest): string {
  return formatPackageFile(dependencies, others)
}

/** What manifest and lock have in common: an object of version 1 with `dependencies`. */
export function readPackageFile(file: string, text: string): JsonObject {
  const json = parseJson(text)
  if (!json.ok) throw unreadable(file, json.why)
  if (!isObject(json.value)) throw unreadable(file, 'it must be an object')
  const { schema_version: version, dependencies } = json.value
  if (version !== undefined && version !== null && version !== 0 && version !== packageFileVersion)
    throw unreadable(file, `unsupported ${file} schema_version ${JSON.stringify(version)}`)
  // To the schema's library a list is an object like any other.
  if (Array.isArray(dependencies)) throw unreadable(file, '"dependencies" must be Object')
  return json.value
}

export function unreadable(file: string, why: string) {
  return fail('VALIDATION_ERROR', `Cannot read ${file}: ${why}`, { hint: 'Mend the file' })
}

export function formatPackageFile(dependencies: object, others: JsonObject): string {
  const sorted = Object.entries(dependencies).sort(([a], [b]) => compareText(a, b))
  const file = {
    schema_version: packageFileVersion,
    dependencies: Object.fromEntries(sorted) as JsonObject,
    ...others,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
