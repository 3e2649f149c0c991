// `buttons set NAME KEY=VALUE…`: changes fields of a button without an editor.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button' },
    fields: {
      type: 'positional',
      rest: true,
      valueHint: 'key=value',
      description: 'Path and value; JSON when it parses, else text; null removes',
    },
  },
  examples: [
    'set deploy description="Ship the current tag" tags=release,prod pinned=true',
    'set deploy timeout_seconds=60 queue.name=prod queue.concurrency=1',
    'set deploy env.REGION=eu-1 output_schema.properties.id.type=string',
    'set deploy args.0.required=false args.1=dry-run:bool:optional',
    'set issue url=https://tracker.example.com/{{project}} headers.Accept=application/json',
  ],
  run: async ({ args, app, out, summary }) => {
    const workspace = await app.workspace(out.warn)
    if (summary) return out.plan('set', await workspace.planSet(args.name, args.fields))
    const { button, paths } = await workspace.set(args.name, args.fields)
    out.answer({ ok: true, button, set: paths.length, paths }, (people) => {
      people.note(`✓ Set ${paths.join(', ')} of "${button}"`)
      people.next(`buttons ${button}`)
    })
  },
})
