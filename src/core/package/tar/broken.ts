// What is said of an archive that cannot be read.

import { fail } from '#spec/errors.ts'

export function brokenTar(why: string) {
  return fail('VALIDATION_ERROR', `untar: ${why}`)
}
