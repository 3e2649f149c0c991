// `drawer list`

import type { Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'

export const verb: Verb = {
  run: async ({ words, usage, author, out }) => {
    readVerb(words, {}, [0, 0], usage)
    const drawers = await (await author()).list()
    out.answer(
      drawers.map(({ file }) => file),
      (people) => {
        for (const { name, description, topology, webhook } of drawers) {
          const hook = webhook === undefined ? [] : [`webhook=${webhook}`]
          people.data(`${[name, description || '-', topology, ...hook].join('\t')}\n`)
        }
        if (drawers.length === 0) people.next('buttons drawer create NAME')
      },
    )
  },
}
