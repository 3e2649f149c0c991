// The entry of a run in progress, read and written line by line. A line that was cut short is
// ignored: what it would have changed was not done yet.

import * as v from 'valibot'
import { activeFileSchema, type ActiveEntry } from '#spec/runs.ts'
import type { Target } from '#spec/run.ts'

/** The entry in a file's text, or undefined while nothing whole stands in it. */
export function findActive(text: string): ActiveEntry | undefined {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const merged: Record<string, unknown> = {}
  const groups: unknown[] = []
  const groupSteps: Record<string, unknown> = {}
  for (const line of linesOfLast(whole)) {
    const { group, step, ...change } = parseLine(line)
    if (group !== undefined) groups.push(group)
    // A number that was given again works for something else now.
    if (group !== undefined) groupSteps[String(group)] = step
    Object.assign(merged, change)
  }
  merged['groups'] = groups.slice(-mostGroups)
  for (const group of groups.slice(0, -mostGroups)) delete groupSteps[String(group)]
  merged['group_steps'] = groupSteps
  for (const key of Object.keys(merged)) if (merged[key] === null) delete merged[key]
  // Somebody has taken it over since.
  if (merged['status'] !== 'interrupted') delete merged['interrupted_at']
  const parsed = v.safeParse(activeFileSchema, merged)
  return parsed.success ? (parsed.output as ActiveEntry) : undefined
}

// A host uses the file of a run that is over for another one, whose first line begins with its id.
function linesOfLast(text: string): string[] {
  const lines = text.split('\n')
  const first = lines.findLastIndex((line) => line.startsWith('{"run_id":'))
  return first > 0 ? lines.slice(first) : lines
}

// More than this do not work for one run at the same time.
const mostGroups = 256

function parseLine(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The target of `button/deploy`. */
export function parseTarget(text: string): Target {
  const at = text.indexOf('/')
  return { kind: text.slice(0, at) === 'drawer' ? 'drawer' : 'button', name: text.slice(at + 1) }
}

export function formatTarget({ kind, name }: Target): string {
  return `${kind}/${name}`
}
