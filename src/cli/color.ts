// Whether a terminal gets colour. Output makes sense without it.

import type { Environment } from '#spec/env.ts'

/** NO_COLOR (no-color.org: present and not empty) and terminals that know no escapes say no. */
export function wantsColor(env: Environment): boolean {
  return !env['NO_COLOR'] && env['TERM'] !== undefined && env['TERM'] !== 'dumb'
}
