// `buttons help [COMMAND…]`: the page of a command, or of all of them.

import { suggest } from '#core/text/suggest.ts'
import { wantsColor } from '../color.ts'
import { type Command, defineCommand } from '../command.ts'
import { renderHelp, renderRootHelp } from '../help.ts'
import { findRow, rowsBelow } from '../resolve.ts'

export const command = defineCommand({
  args: {
    command: {
      type: 'positional',
      rest: true,
      required: false,
      description: 'The command, with its verb if it has one',
    },
  },
  examples: ['help', 'help press', 'help batteries set'],
  run: async (call) => {
    const { args, app, out } = call
    const { env, terminal } = app.host
    const color = wantsColor(env) && terminal.stdoutIsTerminal
    const topic = args.command
    const row = topic.length === 0 ? undefined : findRow(topic)
    if (row) {
      const command: Command = (await row.load?.())?.command ?? { args: {}, run: async () => 0 }
      // Who reads words in its own way explains them in its own way.
      if (command.ownGrammar && !row.hidden) return command.run({ ...call, words: ['--help'] })
      return out.raw(await renderHelp(row, command, color))
    }
    if (topic.length > 0) out.warn(describeUnknown(topic))
    return out.raw(await renderRootHelp(color))
  },
})

function describeUnknown(topic: readonly string[]): string {
  const near = suggest(
    topic[0]!,
    rowsBelow([]).flatMap(({ path, aliases }) => [path[0]!, ...(aliases ?? [])]),
  )
  const meant = near === undefined || near === topic[0] ? '' : `; did you mean "${near}"?`
  return `unknown help topic "${topic.join(' ')}"${meant}`
}
