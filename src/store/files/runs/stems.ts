// The file names of records (buttons.md 7.1): the second a press started in, then a suffix, so that
// the order of names is the order of presses.

import { formatStem } from '#core/time/format.ts'
import { limits } from '#spec/limits.ts'

const recordEnd = '.json'
const progressEnd = '.progress.jsonl'

/**
 * The stems of one second in the order in which they are taken: the bare one, `_001` to `_999`,
 * and for a second with more presses than that `_999_001` and so on, which still sort in order.
 */
export function* stemsOf(startedMs: number): Generator<string> {
  let first = formatStem(startedMs)
  yield first
  for (let round = 0; round < limits.stemRounds; round++) {
    for (let n = 1; n <= limits.stemSuffixes; n++) yield `${first}_${String(n).padStart(3, '0')}`
    first = `${first}_${limits.stemSuffixes}`
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
  return allSideEnds.includes(name.slice(Math.max(0, name.indexOf('.'))))
}

/** The stem of a record's name or of that of something beside it: stems have no dot. */
export function stemOf(name: string): string {
  return name.slice(0, name.indexOf('.'))
}
