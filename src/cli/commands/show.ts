// `buttons NAME`: one button, how it was last pressed, and its instructions.

import { fail } from '#spec/errors.ts'
import type { Button } from '#spec/button.ts'
import type { Run } from '#spec/run.ts'
import { slug } from '#core/name/slug.ts'
import type { StoredButton } from '#store/store.ts'
import { defineCommand } from '../command.ts'
import { plainLines } from '../format/plain.ts'
import { runLine } from '../format/run.ts'
import { formatTable } from '../format/table.ts'

export const command = defineCommand({
  args: { name: { type: 'positional', description: 'The button' } },
  ignoresExtraWords: true,
  examples: ['deploy', 'deploy --json'],
  run: async ({ args, app, out }) => {
    const store = await app.store()
    const name = slug(args.name)
    const stored = name === '' ? undefined : await store.buttons.find(name)
    if (!stored) throw fail('NOT_FOUND', `Cannot show "${args.name}": no such button`)
    const target = { kind: 'button', name } as const
    const [lastRun] = await store.runs.list({ target, limit: 1 })
    const { text } = await store.buttons.readInstructions(name)
    const data = {
      button: stored.button,
      ...(lastRun && { last_run: lastRun }),
      ...(text !== undefined && { agent_md: text }),
    }
    out.answer(data, (people) => {
      people.data(formatDetail(stored, lastRun, text))
      people.next(`buttons press ${name}${requiredArgs(stored.button)}`)
    })
  },
})

function formatDetail(
  { button, codePath }: StoredButton,
  lastRun: Run | undefined,
  instructions: string | undefined,
): string {
  const facts = [
    ['Runtime', button.url ? 'http' : button.runtime || 'shell'],
    ['Timeout', `${button.timeout_seconds}s`],
    ...(button.url ? [['Request', `${button.method ?? 'GET'} ${button.url}`]] : []),
    ...(button.version ? [['Version', button.version]] : []),
    ...(button.tags ? [['Tags', button.tags.join(', ')]] : []),
    ...(codePath ? [['Code', codePath]] : []),
    ['Last press', lastRun ? runLine(lastRun).trim() : 'never'],
  ]
  const parts = [
    formatTable([button.name, button.description ?? ''], facts),
    (button.args ?? []).length > 0 ? formatArgs(button) : '',
    instructions?.trim() ? `${plainLines(instructions.trim())}\n` : '',
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function formatArgs({ args = [] }: Button): string {
  const rows = args.map(({ name, type, required, values, secret }) => [
    name,
    values ? `${type} ${values.join('|')}` : type,
    [required ? 'required' : 'optional', ...(secret ? ['secret'] : [])].join(', '),
  ])
  return formatTable(['ARGUMENT', 'TYPE', ''], rows)
}

function requiredArgs({ args = [] }: Button): string {
  return args
    .filter(({ required }) => required)
    .map(({ name }) => ` --arg ${name}=…`)
    .join('')
}
