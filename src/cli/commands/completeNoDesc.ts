// `buttons __completeNoDesc WORD…`: candidates without their descriptions.

import { answerCompletion } from '../complete/answer.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  ownGrammar: true,
  run: ({ words, app, out }) => answerCompletion(words, app, out, false),
})
