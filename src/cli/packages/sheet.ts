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
  call: Pick<Call, 'app' | 'noInput' | 'stop'>,
): InstallOptions {
  return {
    force: args.force,
    acceptNewPublisher: args['accept-new-publisher'],
    ...askingFor(args, call),
  }
}

/** Who asks whether packages may be installed; nobody for scripts. */
export function askingFor(
  { yes }: { yes: boolean },
  { app, noInput, stop }: Pick<Call, 'app' | 'noInput' | 'stop'>,
): Pick<InstallOptions, 'agree'> {
  if (yes || noInput) return {}
  return { agree: (sheets) => agree(sheets, app.host.terminal, stop()) }
}

/** Asks on the terminal; everything but a yes is a no, Ctrl-C too. */
async function agree(
  sheets: readonly Sheet[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const text = sheets.map(formatSheet).join('')
  const question = `${text}Install ${sheets.length === 1 ? 'it' : 'them'}? [y/N] `
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>()
  const stop = () => resolve(undefined)
  signal.addEventListener('abort', stop)
  const answer = signal.aborted ? '' : await Promise.race([ask(terminal, question), stopped])
  signal.removeEventListener('abort', stop)
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
