// Buttons as folders below `buttons/`: the folder's name is the identity, button.json the spec.

import { codeFileName, runtimeOf } from '#core/button/runtime.ts'
import { readButton } from '#core/button/read.ts'
import { formatButtonFile } from '#core/button/write.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { ButtonChange, ButtonListing, ButtonStore, NewFile, StoredButton } from '../store.ts'
import { discard, makeAside, moveIntoPlace, newAsidePath } from './aside.ts'
import { findNamed, locked, refuseNamed } from './names.ts'
import { guard } from '#core/text/storage.ts'

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
    findHomonym: async (name) => findNamed({ host, dataDirectory }, pathName(name), homonyms),
  }
}

const homonyms = ['drawer', 'app'] as const

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

function createButton(
  host: Host,
  dataDirectory: string,
  directory: string,
  files: readonly NewFile[],
): StoredButton {
  const name = directory.slice(directory.lastIndexOf('/') + 1)
  const what = `Cannot create "${name}"`
  const taken = () => takenName(host, what, directory)
  if (guard(what, () => host.files.linkStat(directory))) throw taken()
  const aside = makeAside(host, dataDirectory, what)
  try {
    guard(what, () => {
      host.files.makeDirectory(`${aside}/pressed`, 0o700)
      for (const file of files) host.files.replace(`${aside}/${file.path}`, file.content, file.mode)
    })
    locked({ host, dataDirectory }, () => {
      refuseNamed({ host, dataDirectory }, name, homonyms, what)
      moveIntoPlace(host, aside, directory, what, taken)
    })
  } catch (error) {
    discard(host, aside)
    throw error
  }
  return findButton(host, directory)!
}

function takenName(host: Host, what: string, directory: string) {
  const whole = host.files.stat(`${directory}/button.json`) !== undefined
  return whole
    ? fail('VALIDATION_ERROR', `${what}: a button of that name exists`)
    : fail('VALIDATION_ERROR', `${what}: its folder exists, without a button.json`, {
        hint: `Move ${directory} away`,
      })
}

function updateButton(
  host: Host,
  dataDirectory: string,
  directory: string,
  change: ButtonChange,
): StoredButton {
  const path = `${directory}/button.json`
  return locked({ host, dataDirectory }, () => {
    const found = findButton(host, directory)
    if (!found) throw fail('NOT_FOUND', `Cannot change "${path}": no such button`)
    const file = JSON.parse(host.files.findText(path)!) as Record<string, unknown>
    const changed = change(file)
    guard(`Cannot write "${path}"`, () =>
      host.files.replace(path, formatButtonFile(changed), 0o600),
    )
    return findButton(host, directory)!
  })
}

// Renamed aside first: from then on the button is gone, however long removing its files takes.
function removeButton(host: Host, dataDirectory: string, directory: string): boolean {
  return guard(`Cannot delete "${directory}"`, () => {
    if (!host.files.linkStat(directory)) return false
    const aside = newAsidePath(host, dataDirectory)
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
