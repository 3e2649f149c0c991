// `drawer schema`: the document itself, in both modes.

import { drawerSchemaDocument } from '#core/drawer/schema.ts'
import type { Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async ({ words, usage, out }) => {
    readVerb(words, {}, [0, 0], usage)
    out.raw(`${JSON.stringify(drawerSchemaDocument(), null, 2)}\n`)
  },
}
