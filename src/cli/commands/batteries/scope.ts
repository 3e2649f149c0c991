// The two flags of `batteries set` and `batteries rm` that say which file is meant.

import type { Args } from '../../command.ts'

export const scopeArgs = {
  global: { type: 'boolean', description: 'The batteries of this user, for every project' },
  local: { type: 'boolean', description: 'The batteries of this project' },
} as const satisfies Args
