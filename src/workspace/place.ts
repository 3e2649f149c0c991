// Puts a planned button on disk, whole or not at all, and logs it.

import type { Button } from '#spec/button.ts'
import type { ButtonPlan } from '#spec/create.ts'
import type { WorkspaceContext } from './context.ts'
import { logChange } from './lifecycle.ts'

export interface PlacedButton {
  button: Button
  directory: string
  /** Absent for HTTP and prompt buttons. */
  codePath?: string
}

/** Throws VALIDATION_ERROR when the name was taken meanwhile, STORAGE_ERROR for the disk. */
export async function placeButton(
  { button, files }: ButtonPlan,
  context: WorkspaceContext,
): Promise<PlacedButton> {
  const stored = await context.store.buttons.create(button.name, files)
  await logChange({ action: 'create', target: { kind: 'button', name: button.name } }, context)
  const { directory, codePath } = stored
  return { button: stored.button, directory, ...(codePath && { codePath }) }
}
