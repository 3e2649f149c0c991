// Buttons as folders below `buttons/`: the folder's name is the identity, button.json the spec.

import { toButton } from '#core/button/button.ts'
import { codeFileName, runtimeOf } from '#core/button/runtime.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { Button } from '#spec/button.ts'
import type { ButtonFile } from '#spec/buttonFile.ts'
import { parseJson } from '#core/text/json.ts'
import type { ButtonStore, StoredButton } from '../store.ts'
import type { Looks } from './baseline.ts'
import { readInstructions } from './instructions.ts'
import { findNamed } from './names.ts'
import { once } from './once.ts'

export function openButtons(host: Host, dataDirectory: string, looks: Looks): ButtonStore {
  const root = `${dataDirectory}/buttons`
  const directoryOf = (name: string) => `${root}/${pathName(name)}`
  // What a press of a known button has no use for, the schema of its file included.
  const folders = once(() => import('./buttonFolders.ts'))
  return {
    find: async (name) =>
      findKnown(host, directoryOf(name), looks) ??
      (await folders()).findButton(host, directoryOf(name)),
    list: async () => (await folders()).listButtons(host, root),
    names: async () => (await folders()).listNames(host, root),
    create: async (name, files) =>
      (await folders()).createButton(host, dataDirectory, directoryOf(name), files),
    update: async (name, change) =>
      (await folders()).updateButton(host, dataDirectory, directoryOf(name), change),
    remove: async (name) =>
      (await import('./aside.ts')).removeFolder(host, dataDirectory, directoryOf(name)),
    readInstructions: async (name) => readInstructions(host, directoryOf(name)),
    findHomonym: async (name) => findNamed({ host, dataDirectory }, pathName(name), homonyms),
  }
}

/** What may not have the name of a button. */
export const homonyms = ['drawer', 'app'] as const

/** The slug of a name, which must not be empty: an empty one would be the parent folder itself. */
function pathName(name: string): string {
  const result = slug(name)
  if (result !== '') return result
  throw fail('VALIDATION_ERROR', `Cannot use "${name}" as a name: it has no letter or digit`)
}

// A folder that looks as it did when its spec was last read needs no second check of its types.
function findKnown(host: Host, directory: string, looks: Looks): StoredButton | undefined {
  const known = looks.find(directory)
  if (!known) return undefined
  const text = host.files.findText(`${directory}/button.json`)
  const json = text === undefined ? undefined : parseJson(text)
  if (!json?.ok) return undefined
  const file = json.value as ButtonFile
  const stored = toStored(toButton(file, nameOf(directory)), directory, file.name)
  return known.plain ? { ...stored, plain: true } : stored
}

/** The identity of the button in a folder. */
export function nameOf(directory: string): string {
  return directory.slice(directory.lastIndexOf('/') + 1)
}

/** A button with where it lies; `inner` is the name in its file. */
export function toStored(
  button: Button,
  directory: string,
  inner: string | null | undefined,
): StoredButton {
  const code = codeFileName(runtimeOf(button))
  return {
    button,
    directory,
    ...(code && { codePath: `${directory}/${code}` }),
    ...(typeof inner === 'string' && inner !== button.name && { otherName: inner }),
  }
}
