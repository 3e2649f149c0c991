// The folders of buttons: reading and checking them, making, changing and removing them whole or not
// at all.

import { toButton } from '#core/button/button.ts'
import { readButtonFile } from '#core/button/read.ts'
import { formatButtonFile } from '#core/button/write.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { ButtonChange, ButtonListing, NewFile, StoredButton } from '../store.ts'
import { discard, makeAside, moveIntoPlace } from './aside.ts'
import { homonyms, nameOf, toStored } from './buttons.ts'
import { locked, refuseNamed } from './names.ts'

/** The button in a folder. Throws VALIDATION_ERROR when its spec cannot be read. */
export function findButton(host: Host, directory: string): StoredButton | undefined {
  const path = `${directory}/button.json`
  const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
  if (text === undefined) return undefined
  const name = nameOf(directory)
  const read = readButtonFile(text)
  if (read.ok) return toStored(toButton(read.value, name), directory, read.value.name)
  throw fail('VALIDATION_ERROR', `Cannot read button "${name}": ${read.why}`, {
    hint: `Mend ${path}`,
  })
}

export function listNames(host: Host, root: string): string[] {
  const entries = guard(`Cannot list "${root}"`, () => host.files.list(root))
  return entries
    .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

export function listButtons(host: Host, root: string): ButtonListing {
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

/** Creates a button's folder with all its files at once. */
export function createButton(
  host: Host,
  dataDirectory: string,
  directory: string,
  files: readonly NewFile[],
): StoredButton {
  const name = nameOf(directory)
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

/** Rewrites a spec under the lock of the data directory. */
export function updateButton(
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
