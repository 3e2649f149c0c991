// `buttons import url URL`: an HTTP button from a button.json on the web.

import { defineCommand } from '../../command.ts'
import { nameArg, runImport, yesArg } from './run.ts'

export const command = defineCommand({
  args: {
    url: { type: 'positional', description: 'Where the button.json lies' },
    ...nameArg,
    ...yesArg,
  },
  examples: ['import url https://example.com/ticket/button.json --name ticket'],
  run: (call) => {
    const { url, name, yes } = call.args
    return runImport({ kind: 'url', url, ...(name && { name }) }, yes, call)
  },
})
