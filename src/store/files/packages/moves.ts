// Moving folders in and out, and back: the part of a change that a crash may cut in two anywhere.
// Every step can be told from how the disk looks, so that taking back needs no more than the journal.

import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'
import type { Journal } from './journal.ts'

/** The folders inside the staging folder, made before anything moves. */
export const stagingFolders = ['new', 'old', 'undone'].flatMap((part) => [
  `${part}/buttons`,
  `${part}/drawers`,
])

/** Carries out the moves of a journal. Throws STORAGE_ERROR. */
export function carryOut(host: Host, dataDirectory: string, { staging, moves }: Journal): void {
  const aside = `${dataDirectory}/${staging}`
  for (const { path, had, comes } of moves) {
    const [place, old] = [`${dataDirectory}/${path}`, `${aside}/old/${path}`]
    guard(`Cannot replace "${place}"`, () => {
      if (had) host.files.rename(place, old)
      if (comes) moveIn(host, `${aside}/new/${path}`, place, old)
    })
  }
}

function moveIn(host: Host, fresh: string, place: string, old: string): void {
  // A press of the old folder that ended just now has made a folder for its record.
  if (isThere(host, place)) {
    moveRecords(host, place, fresh)
    host.files.removeTree(place)
  }
  host.files.rename(fresh, place)
  moveRecords(host, old, place)
  host.files.makeDirectory(`${place}/pressed`, 0o700)
}

/** Puts everything back as it was before a journal, however far it had come. Throws STORAGE_ERROR. */
export function takeBack(host: Host, dataDirectory: string, journal: Journal): void {
  const aside = `${dataDirectory}/${journal.staging}`
  for (const { path, had } of journal.moves.toReversed()) {
    const place = `${dataDirectory}/${path}`
    const [old, fresh] = [`${aside}/old/${path}`, `${aside}/new/${path}`]
    guard(`Cannot restore "${place}"`, () => {
      // Where something was, its place in `old` tells that it went; else that of `new` that it came.
      if (had ? !isThere(host, old) : isThere(host, fresh)) return
      if (isThere(host, place)) {
        if (had) moveRecords(host, place, old)
        host.files.rename(place, `${aside}/undone/${path}`)
      }
      if (had) host.files.rename(old, place)
    })
  }
  restoreFiles(host, dataDirectory, journal)
}

function restoreFiles(host: Host, dataDirectory: string, { files }: Journal): void {
  for (const [name, text] of Object.entries(files)) {
    const path = `${dataDirectory}/${name}`
    guard(`Cannot restore "${path}"`, () => {
      if (text === null) host.files.remove(path)
      else if (host.files.findText(path) !== text) host.files.replace(path, text, 0o600)
    })
  }
}

/** The records of presses stay with a package through its versions. */
function moveRecords(host: Host, from: string, to: string): void {
  const [source, target] = [`${from}/pressed`, `${to}/pressed`]
  if (!isThere(host, source)) return
  if (!isThere(host, target)) return host.files.rename(source, target)
  for (const { name } of host.files.list(source))
    if (!isThere(host, `${target}/${name}`))
      host.files.rename(`${source}/${name}`, `${target}/${name}`)
}

function isThere(host: Host, path: string): boolean {
  return host.files.linkStat(path) !== undefined
}
