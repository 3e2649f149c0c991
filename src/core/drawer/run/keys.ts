// Names of the acts of a run: the same on every resume, so that what was done is found again.

import type { Step } from '#spec/steps.ts'

/** The keys of steps that stand side by side; of two steps with one id the second gets `~2`. */
export function stepKeys(prefix: string, steps: readonly Pick<Step, 'id'>[]): string[] {
  const seen = new Map<string, number>()
  return steps.map(({ id }) => {
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return prefix + encode(id) + (count > 1 ? `~${count}` : '')
  })
}

// What means something in a key: its own separators, and control characters, which would be
// awkward in an environment variable.
function encode(id: string): string {
  return id.replace(/[%/.[\]#!~\p{Cc}]/gu, percent)
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** What the keys inside an attempt of a step begin with: a second attempt does everything again. */
export function attemptKey(stepKey: string, attempt: number): string {
  return attempt > 1 ? `${stepKey}#${attempt}` : stepKey
}

/** `each[3]` */
export function itemKey(inside: string, index: number): string {
  return `${inside}[${index}]`
}

/** `choose.prod-case.` */
export function branchPrefix(inside: string, matched: string): string {
  return `${inside}.${encode(matched)}.`
}

/** `sub/` */
export function nestedPrefix(inside: string): string {
  return `${inside}/`
}

/** `!on_error/`, which no id can begin with. */
export function handlerPrefix(prefix: string): string {
  return `${prefix}!on_error/`
}

/** The name of a step whatever the number of its attempts, or of those around it. */
export function stableKey(key: string): string {
  return key.replace(/#\d+/g, '')
}
