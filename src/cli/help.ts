// Help pages: the usage of one command as citty renders it, and the list of all commands made from
// the table alone, without loading any of them.

import { type CommandDef, renderUsage } from 'citty'
import { type Args, type Command, toCitty } from './command.ts'
import { globalArgs } from './flags.ts'
import { rootArgs, rowsBelow } from './resolve.ts'
import { type Row, table } from './table.ts'

const description = 'A workflow engine for AI agents and the people beside them'

const rootWord = {
  command: {
    type: 'positional',
    required: false,
    description: 'A command, or the name of a button; nothing shows the workspace',
  },
} as const satisfies Args

/** The page of `buttons --help`; every visible command by group. */
export async function renderRootHelp(color: boolean): Promise<string> {
  const usage = await renderUsage(
    { meta: { name: 'buttons', description }, args: toCitty({ ...rootWord, ...rootArgs }) },
    undefined,
  )
  const hint = 'Use `buttons <command> --help` for more about a command.'
  return page([usage.trimEnd(), ...listGroups(), hint], color)
}

/** The page of one command, or of a group with its verbs. */
export async function renderHelp(row: Row, command: Command, color: boolean): Promise<string> {
  const verbs = rowsBelow(row.path).filter((below) => !below.hidden)
  const definition: CommandDef = {
    meta: { name: row.path.at(-1) ?? '', description: row.summary },
    args: { ...toCitty(command.args), ...toCitty(withoutTaken(globalArgs, command.args)) },
    ...(verbs.length > 0 && { subCommands: subCommands(verbs) }),
  }
  const above = ['buttons', ...row.path.slice(0, -1)].join(' ')
  const usage = await renderUsage(definition, { meta: { name: above } })
  return page([usage.trimEnd(), ...aliasLines(row), ...exampleLines(command)], color)
}

// A command that declares a global flag by itself describes it better.
function withoutTaken(args: Args, taken: Args): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !Object.hasOwn(taken, name)))
}

function subCommands(verbs: readonly Row[]): Record<string, CommandDef> {
  const entries = verbs.map(({ path, aliases, summary }): [string, CommandDef] => [
    path.at(-1)!,
    { meta: { name: path.at(-1)!, description: summary, alias: [...(aliases ?? [])] } },
  ])
  return Object.fromEntries(entries)
}

function aliasLines({ aliases }: Row): string[] {
  return aliases ? [`ALIASES  ${aliases.join(', ')}`] : []
}

function exampleLines({ examples }: Command): string[] {
  if (!examples) return []
  return [['EXAMPLES', '', ...examples.map((line) => `  buttons ${line}`)].join('\n')]
}

function listGroups(): string[] {
  const rows = table.filter((row) => row.path.length === 1 && !row.hidden)
  const width = Math.max(...rows.map(({ path }) => path[0]!.length))
  const groups = Map.groupBy(rows, ({ group }) => group ?? 'More')
  return Array.from(groups, ([group, members]) => {
    const lines = members.map(({ path, summary }) => `  ${path[0]!.padEnd(width)}  ${summary}`)
    return [group.toUpperCase(), '', ...lines].join('\n')
  })
}

function page(parts: readonly string[], color: boolean): string {
  const text = `${parts.join('\n\n')}\n`.replaceAll(/ +$/gm, '')
  return color ? text : withoutColor(text)
}

function withoutColor(text: string): string {
  const [first = '', ...painted] = text.split('\x1b[')
  return first + painted.map((part) => part.replace(/^\d+m/, '')).join('')
}
