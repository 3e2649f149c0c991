// Versions of packages are whole numbers as text; requests are such a number or `latest`. Versions of
// the program itself have dots; one comparison serves both.

import { floating } from '#spec/package.ts'
import { compareText } from '../expr/textOrder.ts'

export function isExactVersion(text: string): boolean {
  return /^[0-9]+$/.test(text)
}

/** Whether a text may stand in a manifest: `latest` or a number. */
export function isRequest(text: string): boolean {
  return text === floating || isExactVersion(text)
}

/** The version after this one, or undefined when it is no positive whole number. */
export function nextVersion(version: string): string | undefined {
  const trimmed = version.trim()
  if (!isExactVersion(trimmed) || BigInt(trimmed) < 1n) return undefined
  return String(BigInt(trimmed) + 1n)
}

/** What stays of a version for comparing: no blanks, no `-dirty` at its end, no `v` in front. */
export function normalizeVersion(version: string): string {
  return version
    .trim()
    .replace(/-dirty$/, '')
    .replace(/^v/, '')
}

/** Negative, zero or positive; `1.2` equals `1.2.0`, and what follows a dash does not count. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [normalizeVersion(left), normalizeVersion(right)]
  if (a === b) return 0
  const [numbersA, numbersB] = [numbersOf(a), numbersOf(b)]
  if (!numbersA || !numbersB) return Math.sign(compareText(a, b))
  return compareNumbers(numbersA, numbersB)
}

function numbersOf(version: string): bigint[] | undefined {
  const segments = version.split('-')[0]!.split('.')
  return segments.every(isExactVersion) ? segments.map(BigInt) : undefined
}

function compareNumbers(a: readonly bigint[], b: readonly bigint[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i] ?? 0n, b[i] ?? 0n]
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
