// The list of a project's buttons for coding agents, most pressed first (cli.md 10.4).

import { limits } from '#spec/limits.ts'
import { compareText } from '../expr/textOrder.ts'

export interface ListedButton {
  name: string
  description: string
  /** Stored runs. */
  presses: number
}

/** The body of the list block. */
export function formatButtonList(buttons: readonly ListedButton[]): string {
  const ranked = [...buttons].sort((a, b) => b.presses - a.presses || compareText(a.name, b.name))
  return [
    '## Buttons in this project',
    '',
    '<!-- Kept up to date by buttons; what is written inside this block is overwritten. -->',
    '',
    ...(ranked.length === 0 ? [emptyLine] : formatRanked(ranked)),
  ].join('\n')
}

const emptyLine = '_No buttons yet. Make the first one with `buttons create <name>`._'

function formatRanked(ranked: readonly ListedButton[]): string[] {
  const lines = ranked.slice(0, limits.agentListButtons).map(formatLine)
  const others = ranked.slice(limits.agentListButtons).map(({ name }) => name)
  if (others.length === 0) return lines
  const more = `Plus ${others.length} more: ${others.join(', ')}`
  return [...lines, '', `_${more} — run \`buttons list\` for full descriptions._`]
}

function formatLine({ name, description }: ListedButton): string {
  // One line each, and no comment that could swallow the rest of the file.
  const line = description.replace(/\s+/g, ' ').trim().replaceAll('<!--', '&lt;!--')
  return `- \`buttons press ${name}\`${line === '' ? '' : ` — ${line}`}`
}
