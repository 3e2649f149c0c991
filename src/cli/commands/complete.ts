// `buttons __complete WORD…`: called by completion scripts, also by those of earlier releases.

import { answerCompletion } from '../complete/answer.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  ownGrammar: true,
  run: ({ words, app, out }) => answerCompletion(words, app, out, true),
})
