// The file names of records (buttons.md 7.1): the second a press started in, then a suffix, so that
// the order of names is the order of presses.

import { limits } from '#spec/limits.ts'

const recordEnd = '.json'
const progressEnd = '.progress.jsonl'

/** The greatest number `stemAt` has a stem for. */
export const lastStem = limits.stemRounds * limits.stemSuffixes

/**
 * The stems of one second, numbered in the order in which they are taken: the bare one, `_001` to
 * `_999`, and for a second with more presses than that `_999_001` and so on, which still sort in
 * order.
 */
export function stemAt(second: string, number: number): string {
  if (number === 0) return second
  const round = Math.floor((number - 1) / limits.stemSuffixes)
  const suffix = String(((number - 1) % limits.stemSuffixes) + 1).padStart(3, '0')
  return `${second}${`_${limits.stemSuffixes}`.repeat(round)}_${suffix}`
}

/** The number of a stem of this second; -1 for what is none. */
export function stemNumber(second: string, stem: string): number {
  if (stem === second) return 0
  const parts = stem.slice(second.length + 1).split('_')
  const rounds = parts.length - 1
  const suffix = Number(parts[rounds])
  if (stem[second.length] !== '_' || !Number.isInteger(suffix)) return -1
  return rounds * limits.stemSuffixes + suffix
}

/** The stems of a second that this process has given out already, by folder. */
export interface GivenStems {
  /** How many. */
  count(directory: string, second: string): number
  note(directory: string, second: string, number: number): void
}

/**
 * A process that presses a thousand times in a second need not try a thousand names each time; nor
 * may it take a name again whose record has been pruned, which would be older than what it follows.
 */
export function rememberStems(): GivenStems {
  const latest = new Map<string, { second: string; count: number }>()
  return {
    count: (directory, second) => {
      const known = latest.get(directory)
      return known?.second === second ? known.count : 0
    },
    note: (directory, second, number) => {
      const known = latest.get(directory)
      if (known && known.second > second) return
      latest.set(directory, { second, count: number + 1 })
    },
  }
}

export function recordName(stem: string): string {
  return stem + recordEnd
}

export function progressName(stem: string): string {
  return stem + progressEnd
}

export function isRecordName(name: string): boolean {
  return name.endsWith(recordEnd)
}

export function isProgressName(name: string): boolean {
  return name.endsWith(progressEnd)
}

/** What may lie beside a record under its stem; all but the artifacts are files. */
export const sideEnds = {
  progress: progressEnd,
  stdout: '.stdout',
  stderr: '.stderr',
  steps: '.steps.jsonl',
  artifacts: '.artifacts',
} as const

const allSideEnds: readonly string[] = Object.values(sideEnds)

export function isSideName(name: string): boolean {
  if (name.endsWith(progressEnd)) return name.indexOf('.') === name.length - progressEnd.length
  return allSideEnds.includes(name.slice(Math.max(0, name.indexOf('.'))))
}

/** The stem of a record's name or of that of something beside it: stems have no dot. */
export function stemOf(name: string): string {
  return name.slice(0, name.indexOf('.'))
}
