// The permission sheet: what a package can do once it is installed, told from its spec, and what
// changed since the version that is here. Code itself is not read: whoever runs code trusts it.

import { compareText } from '../expr/textOrder.ts'
import { isObject, type JsonObject } from '../drawer/json.ts'
import { findBatteries, findRequirements, type PackageSpec } from './spec.ts'

export interface Sheet {
  package: string
  kind: string
  version: string
  /** What executes it: `shell`, `python`, `http` … */
  runtimes: string[]
  /** Hosts its requests go to, as written in the spec. */
  hosts: string[]
  /** Keys of the secrets it asks for. */
  batteries: string[]
  /** What starts it without a person. */
  triggers: string[]
  /** Packages it brings along. */
  requires: string[]
  /** Compared with the installed version; absent for a package that is new here. */
  changes?: SheetChanges
}

const parts = ['runtimes', 'hosts', 'batteries', 'triggers', 'requires'] as const
type Part = (typeof parts)[number]

export interface SheetChanges {
  from: string
  added: Partial<Record<Part, string[]>>
  removed: Partial<Record<Part, string[]>>
}

export interface Named {
  name: string
  desk: string
  version: string
  spec: PackageSpec
}

export function makeSheet({ name, desk, version, spec }: Named): Sheet {
  const { file, kind } = spec
  return {
    package: name,
    kind,
    version,
    runtimes: kind === 'button' ? [runtimeOf(file)] : [],
    hosts: kind === 'button' ? hostsOf(file) : [],
    batteries: sorted([...findBatteries(spec), ...secretsIn(file)]),
    triggers: triggersOf(file),
    requires: Object.keys(findRequirements(spec, desk)),
  }
}

/** The sheet with what is new and what is gone compared with the installed one. */
export function compareSheets(sheet: Sheet, installed: Sheet | undefined): Sheet {
  if (!installed) return sheet
  const less = (a: Sheet, b: Sheet) =>
    Object.fromEntries(
      parts
        .map((part) => [part, a[part].filter((one) => !b[part].includes(one))] as const)
        .filter(([, items]) => items.length > 0),
    )
  const changes = {
    from: installed.version,
    added: less(sheet, installed),
    removed: less(installed, sheet),
  }
  return { ...sheet, changes }
}

/** Whether a package can do more than before: it is new, or something was added. */
export function asksForMore({ changes }: Sheet): boolean {
  return changes === undefined || Object.keys(changes.added).length > 0
}

function runtimeOf(file: JsonObject): string {
  if (textOf(file['url']) !== '') return 'http'
  return textOf(file['runtime']) || 'shell'
}

// The host of a URL may be filled in from an argument; then `allowed_host` is what limits it.
function hostsOf(file: JsonObject): string[] {
  const host = /^https?:\/\/(?:[^/?#]*@)?([^/?#]+)/i.exec(textOf(file['url']))?.[1]
  const hosts = [host ?? '', textOf(file['allowed_host'])]
  if (file['allow_private_networks'] === true) hosts.push('private networks')
  return sorted(hosts.filter(Boolean))
}

/** `$ENV{NAME}` anywhere: in headers, in the auth of a trigger. */
function secretsIn(file: JsonObject): string[] {
  return [...JSON.stringify(file).matchAll(/\$ENV\{([A-Z][A-Z0-9_]*)\}/g)].map(([, key]) => key!)
}

function triggersOf(file: JsonObject): string[] {
  const triggers = file['triggers']
  if (!Array.isArray(triggers)) return []
  return sorted(triggers.filter(isObject).map(describeTrigger))
}

function describeTrigger({ kind, path, schedule }: JsonObject): string {
  return [textOf(kind), textOf(schedule) || textOf(path)].filter(Boolean).join(' ')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function sorted(items: readonly string[]): string[] {
  return [...new Set(items)].sort(compareText)
}
