// `import code FILE`: one button from one script.

import type { ButtonDraft } from '#spec/create.ts'
import { draftScript, type SourceFile, stemOf } from './draft.ts'

/** Named by `name`, else by the file. */
export function planCodeImport(file: SourceFile, name?: string): ButtonDraft {
  return draftScript(name || stemOf(file.name), file)
}
