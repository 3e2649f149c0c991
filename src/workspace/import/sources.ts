// The table of what can be imported: how each source becomes drafts of buttons. Nothing is written.

import { planCodeImport } from '#core/import/code.ts'
import { refuseImport, type SourceFile } from '#core/import/draft.ts'
import { planSkillImport } from '#core/import/skill.ts'
import { checkImportUrl, planUrlImport } from '#core/import/url.ts'
import { storageReason } from '#core/text/storage.ts'
import type { ButtonDraft } from '#spec/create.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { absolute, baseName } from '../paths.ts'
import type { ImportContext, ImportSource } from './context.ts'

type Kind = ImportSource['kind']
type Reader<K extends Kind> = (
  source: Extract<ImportSource, { kind: K }>,
  context: ImportContext,
) => Promise<ButtonDraft[]>

export const importSources: { [K in Kind]: Reader<K> } = {
  code: async ({ path, name }, context) => [planCodeImport(readFile(path, context), name)],
  skill: async ({ path, name }, context) => readSkill(path, name, context),
  url: async ({ url, name }, { fetchText }) => {
    checkImportUrl(url)
    const fetchLimits = { timeoutMs: limits.importFetchMs, maxBytes: limits.importBytes }
    return [planUrlImport(url, await fetchText(url, fetchLimits), name)]
  },
  mcp: async ({ server }) => {
    throw refuseImport(server, 'importing from an MCP server is not available')
  },
}

function readFile(path: string, { host }: ImportContext): SourceFile {
  const full = absolute(host, path)
  const why = findUnreadable(host, full)
  if (why !== undefined) throw refuseImport(path, why)
  return { name: baseName(host, full), content: read(host, path, full) }
}

/** Why a path is no file that can be imported, or undefined. */
function findUnreadable(host: Host, path: string): string | undefined {
  try {
    const stat = host.files.stat(path)
    if (!stat) return 'no such file'
    if (stat.kind !== 'file')
      return stat.kind === 'directory' ? 'it is a directory' : 'it is no file'
    return stat.size > limits.importBytes
      ? `it is larger than ${limits.importBytes} bytes`
      : undefined
  } catch (error) {
    return storageReason(error)
  }
}

function read(host: Host, shown: string, path: string): Uint8Array {
  try {
    return host.files.find(path) ?? new Uint8Array()
  } catch (error) {
    throw refuseImport(shown, storageReason(error))
  }
}

const skillFiles = ['SKILL.md', 'skill.md', 'Skill.md']

function readSkill(path: string, name: string | undefined, context: ImportContext): ButtonDraft[] {
  const { host } = context
  const directory = absolute(host, path)
  if (findKind(host, directory) !== 'directory') throw refuseImport(path, 'it is not a directory')
  const file = skillFiles.find((entry) => findKind(host, `${directory}/${entry}`) === 'file')
  const text = file && new TextDecoder().decode(readFile(`${directory}/${file}`, context).content)
  const scripts = readScripts(`${directory}/scripts`, context)
  const skill = { directory: baseName(host, directory), scripts, ...(text && { text }) }
  return planSkillImport(skill, name)
}

function findKind(host: Host, path: string) {
  try {
    return host.files.stat(path)?.kind
  } catch {
    return undefined
  }
}

/** One bad file does not stop the rest, but somebody should hear of it. */
function readScripts(directory: string, context: ImportContext): SourceFile[] {
  const { host, warn } = context
  if (findKind(host, directory) !== 'directory') return []
  const names = host.files
    .list(directory)
    .filter((entry) => entry.kind === 'file' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
  return names.flatMap((name) => {
    try {
      return [readFile(`${directory}/${name}`, context)]
    } catch (error) {
      warn((error as Error).message)
      return []
    }
  })
}
