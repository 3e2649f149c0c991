// How much one evaluation may still cost. Expressions come from files that strangers wrote, so work
// is counted: a visited node, a compared item and 256 characters of text cost one unit each.

import { limits } from '#spec/limits.ts'
import { overLimit } from './errors.ts'

export interface Budget {
  left: number
}

/** A budget for one evaluation. */
export function newBudget(visits: number = limits.expressionVisits): Budget {
  return { left: visits }
}

/** Takes units from the budget. Throws a limit error when it is used up. */
export function spend(budget: Budget, units: number): void {
  budget.left -= units
  if (budget.left < 0) throw overLimit('the expression does too much work')
}

/** Takes what reading or writing this many characters costs. */
export function spendText(budget: Budget, characters: number): void {
  if (characters > 256) spend(budget, characters >>> 8)
}
