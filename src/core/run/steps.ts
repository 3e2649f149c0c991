// The steps of a script (`buttons step`), one line each: a checksum and what came of it. Lines are
// only ever added; one that was cut short, or that a cut one stands before, counts as not there.

import * as v from 'valibot'
import { fingerprint } from '#core/text/fingerprint.ts'

const stepSchema = v.object({
  key: v.string(),
  exit_code: v.number(),
  started_at: v.string(),
  duration_ms: v.number(),
  stdout: v.optional(v.string()),
  stdout_base64: v.optional(v.string()),
})

/** `stdout` when it is text, else `stdout_base64`; neither when there was too much of it. */
export type KeptStep = v.InferOutput<typeof stepSchema>

/** The line of a step, to be added at the end of whatever is there. */
export function formatStep(step: KeptStep): string {
  const json = JSON.stringify(step)
  // A line that was cut short before this one ends here.
  return `\n${fingerprint(json)} ${json}\n`
}

/** The steps in a file, in their order. */
export function parseSteps(text: string): KeptStep[] {
  return text.split('\n').flatMap((line) => parseStep(line) ?? [])
}

function parseStep(line: string): KeptStep | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || fingerprint(json) !== line.slice(0, 8)) return undefined
  try {
    const parsed = v.safeParse(stepSchema, JSON.parse(json))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

/** What a step gave when it went well, so that it need not be done again. */
export function findDone(steps: readonly KeptStep[], key: string): KeptStep | undefined {
  return steps.findLast((step) => step.key === key && isDone(step))
}

export function isDone(step: KeptStep): boolean {
  const kept = step.stdout !== undefined || step.stdout_base64 !== undefined
  return step.exit_code === 0 && kept
}
