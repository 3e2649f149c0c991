// The .gitignore of a data directory: read, and changed line by line under the directory's lock.

import { addPatterns, listPatterns, removePattern } from '#core/text/gitignore.ts'
import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'

/** The patterns in a data directory's .gitignore; none when there is no file. Throws STORAGE_ERROR. */
export function readPatterns(host: Host, dataDirectory: string): string[] {
  return listPatterns(readText(host, ignoreFile(dataDirectory)))
}

/** Adds one line, with a comment above it when the file is new. False when it was there. */
export function addIgnoredLine(host: Host, dataDirectory: string, line: string): boolean {
  return change(host, dataDirectory, (text) => addPatterns(text, [line], commentFor(text)))
}

/** Adds one line under a comment that says why. False when it was there. */
export function addExplainedLine(
  host: Host,
  dataDirectory: string,
  line: string,
  why: string,
): boolean {
  return change(host, dataDirectory, (text) => addPatterns(text, [line], why))
}

/** Removes a line. False when it was not there. */
export function removeIgnoredLine(host: Host, dataDirectory: string, line: string): boolean {
  return change(host, dataDirectory, (text) => removePattern(text, line))
}

function commentFor(text: string): string | undefined {
  return text === ''
    ? 'Kept out of git; `buttons ignore` and `buttons unignore` add and remove lines'
    : undefined
}

function ignoreFile(dataDirectory: string): string {
  return `${dataDirectory}/.gitignore`
}

function readText(host: Host, path: string): string {
  return guard(`Cannot read "${path}"`, () => host.files.findText(path)) ?? ''
}

// The lock keeps two commands from losing each other's line.
function change(host: Host, dataDirectory: string, edit: (text: string) => string): boolean {
  const path = ignoreFile(dataDirectory)
  const lock = guard(`Cannot lock "${dataDirectory}"`, () =>
    host.locks.lockDirectory(dataDirectory),
  )
  try {
    const before = readText(host, path)
    const after = edit(before)
    if (after === before) return false
    guard(`Cannot write "${path}"`, () => host.files.replace(path, after, 0o600))
    return true
  } finally {
    lock.release()
  }
}
