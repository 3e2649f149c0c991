// Sizes as people type and read them: "10M", "5 MB", "1.5 KB" (buttons.md 5.4). Units are binary.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'

const KB = 1024
const MB = KB * 1024
const GB = MB * 1024

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['K', KB],
  ['KB', KB],
  ['M', MB],
  ['MB', MB],
  ['G', GB],
  ['GB', GB],
])

/** Bytes of a size text, above 0 and at most 2 GB. Throws VALIDATION_ERROR naming the text. */
export function parseSize(text: string): number {
  const trimmed = text.trim()
  const digits = /^[0-9-]*/.exec(trimmed)![0]
  const unit = units.get(trimmed.slice(digits.length).trim().toUpperCase())
  if (!/^-?[0-9]+$/.test(digits)) throw unreadable(text, 'it must begin with a whole number')
  if (unit === undefined) throw unreadable(text, 'the unit must be B, K, M or G')
  const bytes = Number(digits) * unit
  if (bytes <= 0) throw unreadable(text, 'it must be above 0')
  // Digits beyond what a double holds exactly are far above the limit as well.
  if (bytes > limits.maxResponseBytes)
    throw unreadable(text, `it is above ${formatSize(limits.maxResponseBytes)}`)
  return bytes
}

/** Bytes of a size text above 0, however large, or undefined when it is not one. */
export function findSize(text: string): number | undefined {
  const [, digits = '', word = ''] = /^\s*([0-9]+)\s*([A-Za-z]*)\s*$/.exec(text) ?? []
  const bytes = Number(digits) * (units.get(word.toUpperCase()) ?? Number.NaN)
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `1023 B`, `1.5 KB`, `10.0 MB`, `2.00 GB` */
export function formatSize(bytes: number): string {
  if (bytes < KB) return `${bytes} B`
  if (bytes < MB) return `${(bytes / KB).toFixed(1)} KB`
  if (bytes < GB) return `${(bytes / MB).toFixed(1)} MB`
  return `${(bytes / GB).toFixed(2)} GB`
}

function unreadable(text: string, why: string) {
  return fail('VALIDATION_ERROR', `Cannot read "${text}" as a size: ${why}`, {
    hint: 'Write it like 512K, 10M or 1GB',
  })
}
