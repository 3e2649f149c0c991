// Paths inside a package: cleaned, and refused when they could mean anything outside of its folder
// on any operating system (registry 7.2).

import { fail } from '#spec/errors.ts'

/**
 * A path without `.` and doubled slashes. `undefined` stands for bytes that are no UTF-8. Throws
 * VALIDATION_ERROR for whatever is not local: absolute, climbing, a drive, a device.
 */
export function cleanPath(path: string | undefined): string {
  const parts = (path ?? '').split('/').filter((part) => part !== '' && part !== '.')
  const local =
    path !== undefined &&
    !path.startsWith('/') &&
    parts.length > 0 &&
    // A colon is a drive or a hidden stream there; a backslash separates.
    !/[\\:\0]/.test(path) &&
    path.isWellFormed() &&
    parts.every((part) => part !== '..' && !isDevice(part))
  if (!local) throw unsafePath(path)
  return parts.join('/')
}

export function unsafePath(path: string | undefined) {
  const shown = path === undefined ? '(no UTF-8)' : JSON.stringify(path)
  return fail('VALIDATION_ERROR', `unsafe path in artifact: ${shown}`)
}

const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i

// A device stays a device with an extension or blanks behind it.
function isDevice(part: string): boolean {
  return devices.test(part.split('.')[0]!.trimEnd())
}

/**
 * The last check before anything is written: whether a path stays inside the folder it is put into.
 * Throws VALIDATION_ERROR.
 */
export function checkBundlePath(path: string): void {
  const parts = path.split('/')
  const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (!inside || path.includes('\0'))
    throw fail('VALIDATION_ERROR', `unsafe bundle path: ${JSON.stringify(path)}`)
}
