// Prompt buttons: nothing runs, the instruction file is the output.

import { notStarted, type Outcome } from '#core/press/classify.ts'
import type { Job, Runtime } from './runtime.ts'

export const prompt: Runtime = { run: runPrompt }

async function runPrompt({ store, plan }: Job): Promise<Outcome> {
  try {
    const { path, text } = await store.buttons.readInstructions(plan.button.name)
    if (text === undefined) return notStarted('PROMPT_ERROR', `instruction file ${path} is missing`)
    return { status: 'ok', exit_code: 0, stdout: text, stderr: '' }
  } catch (error) {
    return notStarted('PROMPT_ERROR', (error as Error).message)
  }
}
