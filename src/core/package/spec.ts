// The spec inside a package: which kind it is, what it needs, and how it is stamped when it is
// installed. Works on the JSON as it stands, so that keys nobody knows survive.

import type { Drawer } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import {
  type FileMap,
  floating,
  type PackageKind,
  type Requests,
  specNames,
} from '#spec/package.ts'
import type { Step } from '#spec/steps.ts'
import { parseJson } from '../text/json.ts'
import { readButtonFile } from '../button/read.ts'
import type { JsonObject } from '../drawer/json.ts'
import { readDrawerFile } from '../drawer/read.ts'
import { compareText } from '../expr/textOrder.ts'
import { slug } from '../name/slug.ts'
import { checkPackageName, splitPackageName } from './name.ts'
import { isRequest } from './version.ts'

export interface PackageSpec {
  kind: PackageKind
  /** As the spec says it; the folder is its slug. */
  name: string
  /** The JSON of the spec file. */
  file: JsonObject
  /** The content version in the file, '' without one. */
  version: string
  /** The drawer a drawer's file describes. */
  drawer?: Drawer
}

/** What kind of package a set of files is. Throws VALIDATION_ERROR for neither. */
export function kindOfFiles(files: FileMap): PackageKind {
  if (files.has(specNames.button)) return 'button'
  if (files.has(specNames.drawer)) return 'drawer'
  throw fail('VALIDATION_ERROR', 'bundle has no button.json or drawer.json')
}

/** Throws VALIDATION_ERROR for a spec that is missing or cannot be read. */
export function readSpec(kind: PackageKind, files: FileMap): PackageSpec {
  const fileName = specNames[kind]
  const bytes = files.get(fileName)
  if (!bytes) throw fail('VALIDATION_ERROR', `bundle has no ${fileName}`)
  return readSpecText(kind, new TextDecoder().decode(bytes))
}

/** As `readSpec`, from the text of the spec file. */
export function readSpecText(kind: PackageKind, text: string): PackageSpec {
  const json = parseJson(text)
  if (!json.ok) throw unreadable(kind, json.why)
  const file = json.value as JsonObject
  const drawer = kind === 'drawer' ? checkDrawer(file) : undefined
  if (kind === 'button') checkButton(text)
  return {
    kind,
    name: textOf(file['name']),
    file,
    version: textOf(file['version']).trim(),
    ...(drawer && { drawer }),
  }
}

function checkButton(text: string): void {
  const read = readButtonFile(text)
  if (!read.ok) throw unreadable('button', read.why)
}

function checkDrawer(file: JsonObject): Drawer {
  const read = readDrawerFile(file, textOf((file as JsonObject | null)?.['name']))
  if (!read.ok) throw unreadable('drawer', read.why)
  return read.value.drawer
}

function unreadable(kind: PackageKind, why: string) {
  return fail('VALIDATION_ERROR', `Cannot read ${specNames[kind]}: ${why}`)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The folder a package is installed into. Throws VALIDATION_ERROR when its name makes none. */
export function folderOf(name: string): string {
  const folder = slug(name)
  if (folder !== '') return folder
  throw fail('VALIDATION_ERROR', `Cannot install "${name}": its name has no letter or digit`)
}

/** Which packages a spec needs; drawers name theirs without a desk. Throws VALIDATION_ERROR. */
export function findRequirements(spec: PackageSpec, desk: string): Requests {
  return spec.drawer ? findMembers(spec.drawer, desk) : readRequires(spec.file['requires'])
}

/** Keys of batteries a button wants. */
export function findBatteries({ file }: PackageSpec): string[] {
  const keys = file['requires_batteries']
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []
}

// The list is an older form: names, each the newest version unless it carries a number.
function readRequires(requires: unknown): Requests {
  const pairs = Array.isArray(requires)
    ? (requires as string[]).map(splitRequirement)
    : Object.entries((requires ?? {}) as Requests)
  for (const [name, requested] of pairs) {
    checkPackageName(name)
    if (!isRequest(requested))
      throw fail(
        'VALIDATION_ERROR',
        `Cannot require "${name}": it must be latest or a whole number, got "${requested}"`,
      )
  }
  return Object.fromEntries(pairs.sort(([a], [b]) => compareText(a, b)))
}

function splitRequirement(text: string): [string, string] {
  const at = text.lastIndexOf('@')
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, floating]
}

function findMembers(drawer: Drawer, desk: string): Requests {
  const own = slug(drawer.name)
  const targets = [...stepTargets(drawer.steps ?? [])]
  if (drawer.on_error?.drawer) targets.push(drawer.on_error.drawer)
  const names = targets.map((target) => {
    const member = slug(target)
    if (member === '')
      throw fail('VALIDATION_ERROR', `Cannot find a package for the step target "${target}"`)
    return member
  })
  const members = [...new Set(names)].filter((name) => name !== own).sort(compareText)
  return Object.fromEntries(members.map((name) => [`${desk}/${name}`, floating]))
}

/** Everything pressed by steps, however deep; other kinds only hold further steps. */
function* stepTargets(steps: readonly Step[]): Generator<string> {
  for (const { kind, button, drawer, steps: inner, cases } of steps) {
    if ((kind === 'button' || !kind) && button) yield button
    if (kind === 'drawer' && drawer) yield drawer
    yield* stepTargets(inner ?? [])
    for (const branch of cases ?? []) yield* stepTargets(branch.steps ?? [])
  }
}

export interface Stamp {
  /** `@desk/name` */
  package: string
  version: string
  /** Of the files as published. */
  contentHash: string
}

/** The text of an installed spec. */
export function stampInstalled({ kind, file }: PackageSpec, stamp: Stamp): string {
  const { package: name, version, contentHash } = stamp
  const origin = { source: `${name}@${version}`, content_hash: contentHash }
  return formatSpec({ ...file, version, ...(kind === 'button' && origin) })
}

/** The text of a spec as it is published: with its version, without what an install left in it. */
export function stampPublished({ kind, file }: PackageSpec, version: string): string {
  const { source: _, content_hash: __, ...rest } = file
  return formatSpec({ ...(kind === 'button' ? rest : file), version })
}

function formatSpec(file: JsonObject): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

/** The desk of a package name that was checked before. */
export function deskOf(name: string): string {
  return splitPackageName(name)!.desk
}
