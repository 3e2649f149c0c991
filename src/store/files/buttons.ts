// Buttons as folders below `buttons/`: the folder's name is the identity, button.json the spec.

import { codeFileName, runtimeOf } from '#core/button/runtime.ts'
import { readButton } from '#core/button/read.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { ButtonListing, ButtonStore, NewFile, StoredButton } from '../store.ts'
import { guard } from './json.ts'

export function openButtons(host: Host, dataDirectory: string): ButtonStore {
  const root = `${dataDirectory}/buttons`
  const directoryOf = (name: string) => `${root}/${pathName(name)}`
  return {
    find: async (name) => findButton(host, directoryOf(name)),
    list: async () => listButtons(host, root),
    names: async () => listNames(host, root),
    create: async (name, files) => createButton(host, dataDirectory, directoryOf(name), files),
    update: async (name, change) => updateButton(host, dataDirectory, directoryOf(name), change),
    remove: async (name) => removeButton(host, dataDirectory, directoryOf(name)),
    readInstructions: async (name) => readInstructions(host, directoryOf(name)),
    findHomonym: async (name) => findHomonym(host, dataDirectory, pathName(name)),
  }
}

/** The slug of a name, which must not be empty: an empty one would be the parent folder itself. */
function pathName(name: string): string {
  const result = slug(name)
  if (result !== '') return result
  throw fail('VALIDATION_ERROR', `Cannot use "${name}" as a name: it has no letter or digit`)
}

function findButton(host: Host, directory: string): StoredButton | undefined {
  const path = `${directory}/button.json`
  const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
  if (text === undefined) return undefined
  const name = directory.slice(directory.lastIndexOf('/') + 1)
  const read = readButton(text, name)
  if (read.ok) return toStored(read.value, directory, text)
  throw fail('VALIDATION_ERROR', `Cannot read button "${name}": ${read.why}`, {
    hint: `Mend ${path}`,
  })
}

function toStored(button: StoredButton['button'], directory: string, text: string): StoredButton {
  const code = codeFileName(runtimeOf(button))
  const inner = (JSON.parse(text) as { name?: unknown }).name
  return {
    button,
    directory,
    ...(code && { codePath: `${directory}/${code}` }),
    ...(typeof inner === 'string' && inner !== button.name && { otherName: inner }),
  }
}

function listNames(host: Host, root: string): string[] {
  const entries = guard(`Cannot list "${root}"`, () => host.files.list(root))
  return entries
    .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

function listButtons(host: Host, root: string): ButtonListing {
  const listing: ButtonListing = { buttons: [], unreadable: [] }
  for (const name of listNames(host, root)) {
    try {
      const stored = findButton(host, `${root}/${name}`)
      if (stored) listing.buttons.push(stored)
    } catch (error) {
      listing.unreadable.push({ name, why: (error as Error).message })
    }
  }
  return listing
}

// Built aside and renamed into place: a folder is there with everything or not at all (D1).
function createButton(
  host: Host,
  dataDirectory: string,
  directory: string,
  files: readonly NewFile[],
): StoredButton {
  const name = directory.slice(directory.lastIndexOf('/') + 1)
  const what = `Cannot create "${name}"`
  const taken = () => fail('VALIDATION_ERROR', `${what}: a button of that name exists`)
  if (guard(what, () => host.files.linkStat(directory))) throw taken()
  const aside = `${dataDirectory}/.tmp-${hex(host.random.bytes(8))}`
  try {
    guard(what, () => {
      host.files.makeDirectory(`${aside}/pressed`, 0o700)
      for (const file of files) host.files.create(`${aside}/${file.path}`, file.content, file.mode)
      host.files.syncDirectory(aside)
    })
    moveIntoPlace(host, aside, directory, taken, what)
  } catch (error) {
    host.files.removeTree(aside)
    throw error
  }
  return findButton(host, directory)!
}

function moveIntoPlace(
  host: Host,
  aside: string,
  directory: string,
  taken: () => Error,
  what: string,
): void {
  try {
    host.files.rename(aside, directory)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    // rename(2) replaces only an empty directory: whoever came first keeps the name.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw taken()
    guard(what, () => {
      throw error
    })
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function updateButton(
  host: Host,
  dataDirectory: string,
  directory: string,
  change: (file: Record<string, unknown>) => void,
): StoredButton {
  const path = `${directory}/button.json`
  const lock = guard(`Cannot lock "${dataDirectory}"`, () =>
    host.locks.lockDirectory(dataDirectory),
  )
  try {
    const found = findButton(host, directory)
    if (!found) throw fail('NOT_FOUND', `Cannot change "${path}": no such button`)
    const file = JSON.parse(host.files.findText(path)!) as Record<string, unknown>
    change(file)
    guard(`Cannot write "${path}"`, () =>
      host.files.replace(path, JSON.stringify(file, null, 2), 0o600),
    )
    return findButton(host, directory)!
  } finally {
    lock.release()
  }
}

// Renamed aside first: from then on the button is gone, however long removing its files takes.
function removeButton(host: Host, dataDirectory: string, directory: string): boolean {
  return guard(`Cannot delete "${directory}"`, () => {
    if (!host.files.linkStat(directory)) return false
    const aside = `${dataDirectory}/.tmp-${hex(host.random.bytes(8))}`
    host.files.rename(directory, aside)
    host.files.removeTree(aside)
    return true
  })
}

function readInstructions(host: Host, directory: string) {
  for (const name of ['AGENT.md', 'AGENTS.md']) {
    const path = `${directory}/${name}`
    const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
    if (text !== undefined) return { path, text }
  }
  return { path: `${directory}/AGENT.md`, text: undefined }
}

function findHomonym(
  host: Host,
  dataDirectory: string,
  name: string,
): 'drawer' | 'app' | undefined {
  const { files } = host
  if (files.stat(`${dataDirectory}/drawers/${name}/drawer.json`)?.kind === 'file') return 'drawer'
  return files.stat(`${dataDirectory}/apps/${name}`) ? 'app' : undefined
}
