// Drawers as folders below `drawers/`: the folder's name is the identity, drawer.json the spec.
// The file is written with sorted keys, and only through a change of what is there, so that keys
// nobody knows survive.

import { formatSorted, type JsonObject } from '#core/drawer/json.ts'
import { readDrawer } from '#core/drawer/read.ts'
import { stamp } from '#core/drawer/scaffold.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { DrawerListing, DrawerStore, NewFile, StoredDrawer } from '../store.ts'
import { discard, makeAside, moveIntoPlace, removeFolder } from './aside.ts'
import { guard } from '#core/text/storage.ts'
import { findNamed, locked, refuseNamed } from './names.ts'

export function openDrawerFolders(host: Host, dataDirectory: string): DrawerStore {
  const folders: Folders = { host, dataDirectory, root: `${dataDirectory}/drawers` }
  const directoryOf = (name: string) => `${folders.root}/${pathName(name)}`
  return {
    find: async (name) => findDrawer(folders, directoryOf(name)),
    list: async () => listDrawers(folders),
    names: async () => listNames(folders),
    create: async (name, files) => createDrawer(folders, directoryOf(name), files),
    update: async (name, change) =>
      locked(folders, () => updateDrawer(folders, directoryOf(name), change)),
    rename: async (from, to, change) =>
      locked(folders, () => renameDrawer(folders, directoryOf(from), directoryOf(to), change)),
    remove: async (name) => removeFolder(host, dataDirectory, directoryOf(name)),
    isButton: async (name) => findNamed(folders, pathName(name), ['button']) !== undefined,
  }
}

interface Folders {
  host: Host
  dataDirectory: string
  root: string
}

/** The slug of a name, which must not be empty: an empty one would be the parent folder itself. */
function pathName(name: string): string {
  const result = slug(name)
  if (result !== '') return result
  throw fail('VALIDATION_ERROR', `Cannot use "${name}" as a drawer name: it has no letter or digit`)
}

function findDrawer({ host }: Folders, directory: string): StoredDrawer | undefined {
  const path = `${directory}/drawer.json`
  const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
  if (text === undefined) return undefined
  const name = nameOf(directory)
  const read = readDrawer(text, name)
  if (read.ok) return { ...read.value, directory }
  throw fail('INTERNAL_ERROR', `Cannot read drawer "${name}": ${read.why}`, {
    hint: `Mend ${path}`,
  })
}

function nameOf(directory: string): string {
  return directory.slice(directory.lastIndexOf('/') + 1)
}

function listNames({ host, root }: Folders): string[] {
  const entries = guard(`Cannot list "${root}"`, () => host.files.list(root))
  return entries
    .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

function listDrawers(folders: Folders): DrawerListing {
  const listing: DrawerListing = { drawers: [], unreadable: [] }
  for (const name of listNames(folders)) {
    try {
      const stored = findDrawer(folders, `${folders.root}/${name}`)
      if (stored) listing.drawers.push(stored)
    } catch (error) {
      listing.unreadable.push({ name, why: (error as Error).message })
    }
  }
  return listing
}

// Built aside and renamed into place: a folder is there with everything or not at all.
function createDrawer(
  folders: Folders,
  directory: string,
  files: readonly NewFile[],
): StoredDrawer {
  const { host, dataDirectory } = folders
  const name = nameOf(directory)
  const what = `Cannot create "${name}"`
  if (guard(what, () => host.files.linkStat(directory))) throw taken(name)
  const aside = makeAside(host, dataDirectory, what)
  try {
    guard(what, () => {
      host.files.makeDirectory(`${aside}/pressed`, 0o700)
      for (const file of files) host.files.replace(`${aside}/${file.path}`, file.content, file.mode)
    })
    locked(folders, () => {
      refuseNamed(folders, name, ['button'], what)
      moveIntoPlace(host, aside, directory, what, () => taken(name))
    })
  } catch (error) {
    discard(host, aside)
    throw error
  }
  return findDrawer(folders, directory)!
}

function taken(name: string) {
  return fail('VALIDATION_ERROR', `Cannot create "${name}": a drawer of that name already exists`)
}

function updateDrawer(
  folders: Folders,
  directory: string,
  change: (file: JsonObject) => void,
): StoredDrawer {
  const found = findDrawer(folders, directory)
  if (!found) throw missing(directory)
  change(found.file)
  return writeDrawer(folders, directory, found.file)
}

function missing(directory: string) {
  return fail('NOT_FOUND', `Cannot change drawer "${nameOf(directory)}": no such drawer`)
}

// A change that would make the file unreadable is refused before it is written.
function writeDrawer({ host }: Folders, directory: string, file: JsonObject): StoredDrawer {
  const name = nameOf(directory)
  stamp(file, name, host.clock.now())
  const text = formatSorted(file)
  const read = readDrawer(text, name)
  if (!read.ok) throw fail('VALIDATION_ERROR', `Cannot change drawer "${name}": ${read.why}`)
  const path = `${directory}/drawer.json`
  guard(`Cannot write "${path}"`, () => host.files.replace(path, text, 0o600))
  return { ...read.value, directory }
}

// The folder first: from then on the new name works. Drawers that still say the old name after a
// crash are reported by validation, and a second look at them finds what to change.
function renameDrawer(
  folders: Folders,
  from: string,
  to: string,
  change: (file: JsonObject) => boolean,
): { stored: StoredDrawer; rewritten: string[] } {
  const found = findDrawer(folders, from)
  if (!found) throw missing(from)
  if (guard(`Cannot look at "${to}"`, () => folders.host.files.linkStat(to)))
    throw taken(nameOf(to))
  const what = `Cannot rename "${nameOf(from)}" to "${nameOf(to)}"`
  refuseNamed(folders, nameOf(to), ['button'], what)
  moveIntoPlace(folders.host, from, to, what, () => taken(nameOf(to)))
  change(found.file)
  const stored = writeDrawer(folders, to, { ...found.file, name: nameOf(to) })
  return { stored, rewritten: rewriteOthers(folders, nameOf(to), change) }
}

function rewriteOthers(
  folders: Folders,
  self: string,
  change: (file: JsonObject) => boolean,
): string[] {
  const others = listDrawers(folders).drawers.filter(({ drawer }) => drawer.name !== self)
  const changed = others.filter(({ file }) => change(file))
  for (const { directory, file } of changed) writeDrawer(folders, directory, file)
  return changed.map(({ drawer }) => drawer.name)
}
