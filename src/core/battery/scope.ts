// Which of the two battery files a command means.

import { fail } from '#spec/errors.ts'

export interface ScopeFlags {
  global: boolean
  local: boolean
}

/** Local in a project, else global. Throws VALIDATION_ERROR for both flags, MISSING_ARG for --local outside a project. */
export function chooseScope(flags: ScopeFlags, hasLocal: boolean): 'global' | 'local' {
  if (flags.global && flags.local)
    throw fail(
      'VALIDATION_ERROR',
      'Cannot use --global and --local together: they exclude each other',
    )
  if (flags.local && !hasLocal)
    throw fail('MISSING_ARG', 'Cannot use --local here: no project holds this directory', {
      hint: 'buttons init makes one',
    })
  return flags.global || !hasLocal ? 'global' : 'local'
}
