// The permission sheet for people: what packages can do, and whether they agree to it.

import type { Sheet } from '#core/package/permissions.ts'
import type { Terminal } from '#host/host.ts'
import type { InstallOptions } from '#registry/install.ts'
import type { Args, Call } from '../command.ts'
import { ask } from '../question.ts'

export const sheetArgs = {
  force: { type: 'boolean', alias: 'F', description: 'Overwrite edited files and other folders' },
  yes: { type: 'boolean', alias: 'y', description: 'Do not ask' },
  'accept-new-publisher': {
    type: 'boolean',
    description: 'Trust another signature than that of earlier versions, or none',
  },
} as const satisfies Args

type SheetFlags = Record<keyof typeof sheetArgs, boolean>

/** Somebody at a terminal is asked before something new may run here. */
export function installOptions(
  args: SheetFlags,
  { app, noInput }: Pick<Call, 'app' | 'noInput'>,
): InstallOptions {
  const { terminal } = app.host
  return {
    force: args.force,
    acceptNewPublisher: args['accept-new-publisher'],
    ...(!args.yes && !noInput && { agree: (sheets) => agree(sheets, terminal) }),
  }
}

/** Asks on the terminal; everything but a yes is a no. */
export async function agree(sheets: readonly Sheet[], terminal: Terminal): Promise<boolean> {
  const text = sheets.map(formatSheet).join('')
  const answer = await ask(
    terminal,
    `${text}Install ${sheets.length === 1 ? 'it' : 'them'}? [y/N] `,
  )
  if (/^y(?:es)?$/i.test(answer ?? '')) return true
  terminal.writeError('Nothing was installed\n')
  return false
}

const labels = {
  runtimes: 'runs',
  hosts: 'calls',
  batteries: 'wants',
  triggers: 'starts by',
  requires: 'brings',
} as const

/** A headline and a line for each thing it can do; `+` and `-` tell what is new and what is gone. */
export function formatSheet({ package: name, kind, version, changes, ...can }: Sheet): string {
  const since = changes ? `, ${changes.from} is installed` : ''
  const lines = Object.entries(labels).flatMap(([part, label]) => {
    const key = part as keyof typeof labels
    const added = changes?.added[key] ?? []
    const items = [
      ...can[key].map((item) => (added.includes(item) ? `+${item}` : item)),
      ...(changes?.removed[key] ?? []).map((item) => `-${item}`),
    ]
    return items.length === 0 ? [] : [`  ${label.padEnd(9)}  ${items.map(oneLine).join(', ')}\n`]
  })
  return `${oneLine(name)} ${version} (${kind}${since})\n${lines.join('')}`
}

// What strangers wrote must not move the cursor.
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
