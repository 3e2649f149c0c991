// The tables that everything follows from: commands, reserved names, flags.

import { expect, test } from 'bun:test'
import type { Arg, Command } from '../src/cli/command.ts'
import { globalArgs } from '../src/cli/flags.ts'
import { reservedNames } from '../src/cli/reserved.ts'
import { findRow } from '../src/cli/resolve.ts'
import { type Row, table } from '../src/cli/table.ts'
import { errorCodes } from '../src/spec/errors.ts'

interface Loaded {
  row: Row
  name: string
  command: Command
}

const loaded: Loaded[] = await Promise.all(
  table.flatMap((row) => {
    const name = row.path.join(' ') || 'NAME'
    return row.load ? [row.load().then(({ command }) => ({ row, name, command }))] : []
  }),
)
const visible = loaded.filter(({ row }) => !row.hidden)

/** The names of what `wrong` holds for. */
function those(all: readonly Loaded[], wrong: (one: Loaded) => boolean): string[] {
  return all.filter(wrong).map(({ name }) => name)
}

test('no two rows answer to the same words', () => {
  const lines = table.flatMap(({ path, aliases }) => {
    const above = path.slice(0, -1)
    return [path, ...(aliases ?? []).map((alias) => [...above, alias])].map((all) => all.join(' '))
  })
  expect(lines.toSorted()).toEqual([...new Set(lines)].toSorted())
})

test('every verb stands below a row', () => {
  const orphans = table.filter(({ path }) => path.length > 1 && !findRow(path.slice(0, -1)))
  expect(orphans).toEqual([])
})

test('a row without a command has verbs', () => {
  const empty = table.filter(({ path, load }) => {
    return !load && !table.some((row) => row.path.length > path.length && row.path[0] === path[0])
  })
  expect(empty).toEqual([])
})

test('every row says in one line what it does', () => {
  const wrong = table.filter(({ summary }) => !/^[A-Z][^\n]*[^.\s]$/.test(summary))
  expect(wrong.map(({ summary }) => summary)).toEqual([])
})

test('every visible first word has its place in the help of the root', () => {
  const wrong = table.filter(({ path, hidden, group }) => path.length === 1 && !hidden && !group)
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('every visible command describes all its arguments', () => {
  const undescribed = ({ command }: Loaded) =>
    Object.values(command.args).some(({ description }) => !/^\S.*[^.\s]$/.test(description))
  expect(those(loaded, undescribed)).toEqual([])
})

test('every visible command shows an example of itself', () => {
  expect(those(visible, ({ command }) => (command.examples ?? []).length === 0)).toEqual([])
  const wrong = those(visible, ({ row, command }) =>
    (command.examples ?? []).some((line) => !spellings(row).some((one) => startsWith(line, one))),
  )
  expect(wrong).toEqual([])
})

function spellings({ path, aliases }: Row): string[] {
  return [path, ...(aliases ?? []).map((alias) => [...path.slice(0, -1), alias])].map((words) =>
    words.join(' '),
  )
}

function startsWith(line: string, words: string): boolean {
  return words === '' || `${line} `.startsWith(`${words} `)
}

test('one letter means one flag, also beside the global ones', () => {
  const doubled = ({ command }: Loaded) => {
    const letters = Object.values({ ...globalArgs, ...command.args }).flatMap(aliasOf)
    return new Set(letters).size < letters.length || letters.some((letter) => letter.length !== 1)
  }
  expect(those(loaded, doubled)).toEqual([])
})

function aliasOf(arg: Arg): string[] {
  return 'alias' in arg && arg.alias !== undefined ? [arg.alias] : []
}

test('what may be left out stands behind what may not, and the rest is last', () => {
  const disordered = ({ command }: Loaded) => {
    const positionals = Object.values(command.args).filter((arg) => arg.type === 'positional')
    const optional = positionals.findIndex(({ required }) => required === false)
    const rest = positionals.findIndex((arg) => arg.rest)
    return (
      (optional >= 0 && positionals.slice(optional).some(({ required }) => required !== false)) ||
      (rest >= 0 && rest < positionals.length - 1)
    )
  }
  expect(those(loaded, disordered)).toEqual([])
})

test('a flag that may stand before a verb takes a value for all verbs or for none', () => {
  const kinds = new Map<string, string>()
  const clashes = loaded.flatMap(({ row, name, command }) =>
    Object.entries(command.args).flatMap(([flag, { type }]) => {
      if (row.path.length < 2 || type === 'positional') return []
      const key = `${row.path.slice(0, -1).join(' ')} --${flag}`
      const known = kinds.get(key) ?? type
      kinds.set(key, known)
      return known === type ? [] : [`${name} --${flag}`]
    }),
  )
  expect(clashes).toEqual([])
})

test('the root knows a name and a summary', () => {
  expect(findRow([])?.load).toBeDefined()
  expect(findRow(['summary'])?.load).toBeDefined()
})

test('every command word and alias is reserved, and the words of drawers', () => {
  const reserved = reservedNames()
  const words = table
    .filter(({ path }) => path.length === 1)
    .flatMap(({ path, aliases }) => [path[0]!, ...(aliases ?? [])])
  const drawers = [
    'add',
    'stage',
    'connect',
    'set',
    'trigger',
    'remove',
    'rm',
    'logs',
    'schema',
    'ls',
  ]
  expect([...words, ...drawers, 'store', 'init'].filter((word) => !reserved.has(word))).toEqual([])
})

test('every error code ends the process as a failure and has a status of HTTP', () => {
  const wrong = Object.entries(errorCodes).filter(
    ([code, { exit, http }]) =>
      !/^[A-Z][A-Z_]+$/.test(code) || exit < 1 || http < 400 || http > 599,
  )
  expect(wrong).toEqual([])
})
