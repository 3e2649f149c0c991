// How a run ended, for people: as its press would have said it.

import type { PressResult } from '#spec/run.ts'
import type { RunOutcome } from '#spec/runs.ts'
import type { People } from '../printer.ts'
import { showFailure, showSuccess } from './pressResult.ts'

export function showOutcome(outcome: RunOutcome, people: People): void {
  const { target, ok, data, error } = outcome
  if (target.startsWith('button/') && isPress(data)) {
    if (ok) showSuccess(data, undefined, false, people)
    else showFailure(data, undefined, false, people)
    return
  }
  if (ok) return people.note(`✓ ${target.replace('/', ' ')} ok`)
  const hint = error?.hint === undefined ? '' : `\n  hint: ${error.hint}`
  people.note(`✗ ${error?.message ?? outcome.status}${hint}`)
}

function isPress(data: unknown): data is PressResult {
  return typeof data === 'object' && data !== null && 'stdout' in data
}
