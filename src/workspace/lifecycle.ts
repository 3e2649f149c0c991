// Logs what commands did to buttons and apps. The deed is done by then, so a log that cannot be
// written is a warning.

import type { LocalChange } from '#spec/lifecycle.ts'
import type { WorkspaceContext } from './context.ts'

export async function logChange(change: LocalChange, context: WorkspaceContext): Promise<void> {
  try {
    await context.store.lifecycle.logChange(change)
  } catch (error) {
    context.warn((error as Error).message)
  }
}
