// `import skill DIR`: a button for each script of a skill, or one prompt button when it has none.

import type { ButtonDraft } from '#spec/create.ts'
import { limits } from '#spec/limits.ts'
import { draftScript, refuseImport, type SourceFile, stemOf } from './draft.ts'

export interface Skill {
  /** Name of its folder. */
  directory: string
  /** Text of SKILL.md. */
  text?: string
  /** In name order. */
  scripts: readonly SourceFile[]
}

/** `name` is for skills that make a single button. Throws IMPORT_ERROR when there is nothing. */
export function planSkillImport(skill: Skill, name?: string): ButtonDraft[] {
  const own = name || stemOf(skill.directory)
  const description = skill.text === undefined ? undefined : describeSkill(skill.text)
  if (skill.scripts.length === 0) return [draftPrompt(skill, own, description)]
  if (skill.scripts.length === 1 && name) return [draftScript(name, skill.scripts[0]!, description)]
  const base = stemOf(skill.directory)
  return skill.scripts.map((script) =>
    draftScript(`${base}-${stemOf(script.name)}`, script, description),
  )
}

function draftPrompt(skill: Skill, name: string, description: string | undefined): ButtonDraft {
  if (skill.text === undefined)
    throw refuseImport(skill.directory, 'it has neither scripts nor a SKILL.md')
  return {
    name,
    ...(description && { description }),
    prompt: skill.text.trimEnd(),
    args: [],
    timeoutSeconds: limits.defaultTimeoutSeconds,
    source: { kind: 'prompt' },
  }
}

/** `description` of the front matter (D15), else the first line of text without its `#`. */
function describeSkill(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const end = lines[0]?.trim() === '---' ? lines.findIndex((line, i) => i > 0 && isFence(line)) : -1
  const matter = end > 0 ? lines.slice(1, end) : []
  return frontMatterValue(matter, 'description') ?? firstText(lines.slice(end > 0 ? end + 1 : 0))
}

function isFence(line: string): boolean {
  return line.trim() === '---'
}

function firstText(lines: readonly string[]): string | undefined {
  return lines.map((line) => line.replace(/^[#\s]+/, '').trim()).find((line) => line !== '')
}

/** One top-level key: on its line, quoted or not, or as an indented block below it. */
function frontMatterValue(lines: readonly string[], key: string): string | undefined {
  const at = lines.findIndex((line) => line.startsWith(`${key}:`))
  if (at < 0) return undefined
  const inline = lines[at]!.slice(key.length + 1).trim()
  const after = lines.slice(at + 1)
  const ended = after.findIndex((line) => /^\S/.test(line))
  const block = after.slice(0, ended < 0 ? undefined : ended).map((line) => line.trim())
  const parts = /^[|>][+-]?\d?$/.test(inline) ? block : [inline, ...block]
  return unquote(parts.filter((part) => part !== '').join(' ')) || undefined
}

function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/s.exec(text)
  if (!match) return text
  return match[1] === '"' ? match[2]!.replace(/\\(["\\])/g, '$1') : match[2]!.replaceAll("''", "'")
}
