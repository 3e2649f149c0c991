// The table of commands. Rows are read at every start, so a row holds words only; the code of a
// command is loaded when it runs. Help, completion and reserved names follow from here.

import type { Command } from './command.ts'

export interface Row {
  /** `['batteries', 'set']` */
  path: readonly string[]
  aliases?: readonly string[]
  summary: string
  /** Absent for a group whose bare form shows help. */
  load?: () => Promise<{ command: Command }>
  /** What the first word completes to. */
  completes?: 'button' | 'buttons'
  hidden?: boolean
}

export const table: readonly Row[] = [
  {
    path: ['create'],
    summary: 'Create a button',
    load: () => import('./commands/create.ts'),
  },
  {
    path: ['press'],
    summary: 'Press a button',
    load: () => import('./commands/press.ts'),
    completes: 'button',
  },
  { path: ['list'], summary: 'List all buttons', load: () => import('./commands/list.ts') },
  { path: ['version'], summary: 'Show the version', load: () => import('./commands/version.ts') },
]
