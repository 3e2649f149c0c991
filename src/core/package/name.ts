// Names of packages: `@desk/name`. What we send is checked strictly; what stands in a file loosely,
// as far as it can still be a part of a URL.

import { fail } from '#spec/errors.ts'
import { floating } from '#spec/package.ts'
import { isExactVersion } from './version.ts'

export interface PackageName {
  /** With its `@`. */
  desk: string
  name: string
}

/** The two parts of a name, or undefined when it is none; the rule for names in files. */
export function splitPackageName(text: string): PackageName | undefined {
  const [desk = '', name = '', ...more] = text.split('/')
  const right = more.length === 0 && desk.startsWith('@') && isPart(desk.slice(1)) && isPart(name)
  return right ? { desk, name } : undefined
}

// Parts become segments of URLs and, in part, names of folders.
function isPart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[\\?#%\s\p{Cc}]/u.test(part)
}

const strictPart = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** Checks a name that will be sent. Throws VALIDATION_ERROR. */
export function checkPackageName(text: string): PackageName {
  const parts = splitPackageName(text)
  if (!parts) throw unscoped(text)
  if (strictPart.test(parts.desk.slice(1)) && strictPart.test(parts.name)) return parts
  throw fail(
    'VALIDATION_ERROR',
    `Cannot use "${text}" as package name: both parts must begin with a letter or digit and hold ` +
      'only letters, digits, ".", "_" and "-", at most 128 of them',
  )
}

export function unscoped(text: string) {
  return fail(
    'VALIDATION_ERROR',
    `Cannot use "${text}" as package name: it has to be scoped like @desk/name`,
  )
}

export interface PackageRequest {
  name: string
  /** `latest` or a number. */
  requested: string
}

/** Reads `@desk/name` or `@desk/name@3`. Throws VALIDATION_ERROR. */
export function parsePackageRequest(text: string): PackageRequest {
  if (text === '') throw fail('VALIDATION_ERROR', 'Cannot use "": a package name cannot be empty')
  const at = text.lastIndexOf('@')
  const explicit = text.startsWith('@') && at > 0
  const name = explicit ? text.slice(0, at) : text
  const requested = explicit ? text.slice(at + 1) : floating
  checkPackageName(name)
  if (!explicit || isExactVersion(requested)) return { name, requested }
  if (requested === floating)
    throw fail('VALIDATION_ERROR', `Cannot use "${text}": the newest version has no suffix`, {
      hint: `Write ${name}`,
    })
  throw fail(
    'VALIDATION_ERROR',
    `Cannot use "${text}": a version is a whole number like 3, got "${requested}"`,
  )
}
