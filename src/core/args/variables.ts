// How an argument's name becomes the name of an environment variable.

import { argumentPrefix } from '#spec/env.ts'

/** `BUTTONS_ARG_DRY_RUN` for `dry-run`. */
export function variableName(argument: string): string {
  return argumentPrefix + argument.replaceAll('-', '_').toUpperCase()
}
