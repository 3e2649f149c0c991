// The coding agents `init --agent` knows, and the file each of them reads.

import { fail } from '#spec/errors.ts'
import { suggest } from '#core/text/suggest.ts'
import { type Edited, putSection } from './managed.ts'
import { cursorRule, sectionBody } from './section.ts'

export interface AgentTarget {
  label: string
  /** Relative to the working directory. */
  path: string
  edit(text: string | undefined): Edited
}

const section = (text: string | undefined) => putSection(text, sectionBody)

const wholeFile = (text: string | undefined): Edited => ({
  text: cursorRule,
  action: text === undefined ? 'created' : 'updated',
})

export const agentTargets = {
  cursor: { label: 'Cursor', path: '.cursor/rules/buttons.mdc', edit: wholeFile },
  claude: { label: 'Claude Code', path: 'CLAUDE.md', edit: section },
  cline: { label: 'Cline', path: '.clinerules', edit: section },
  copilot: { label: 'GitHub Copilot', path: '.github/copilot-instructions.md', edit: section },
  'agents-md': { label: 'AGENTS.md (Codex and others)', path: 'AGENTS.md', edit: section },
  openclaw: { label: 'OpenClaw', path: 'AGENTS.md', edit: section },
  hermes: { label: 'Hermes', path: 'AGENTS.md', edit: section },
} as const satisfies Record<string, AgentTarget>

export type AgentId = keyof typeof agentTargets

export const agentIds = Object.keys(agentTargets) as AgentId[]

/** The targets of an `--agent` list; `none` alone, or an empty one, means none. Throws VALIDATION_ERROR. */
export function parseAgents(words: readonly string[]): AgentId[] {
  const given = words.map((word) => word.trim()).filter((word) => word !== '')
  if (given.length === 1 && given[0] === 'none') return []
  return given.map(parseAgent)
}

function parseAgent(word: string): AgentId {
  if (Object.hasOwn(agentTargets, word)) return word as AgentId
  const why = word === 'none' ? '"none" goes with no other agent' : 'no such agent'
  const near = suggest(word, agentIds)
  throw fail('VALIDATION_ERROR', `Cannot set up agent "${word}": ${why}`, {
    hint: near ? `Did you mean "${near}"?` : `One of ${agentIds.join(', ')}, or none`,
  })
}
