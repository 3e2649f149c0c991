// What the import planners have in common: file names taken apart, a script made a draft.

import type { ButtonDraft } from '#spec/create.ts'
import { fail, type Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { inferRuntime } from '#core/button/runtime.ts'

export interface SourceFile {
  /** Without its folder. */
  name: string
  content: Uint8Array
}

/** The file name without its last extension; a name that begins with a dot is no extension. */
export function stemOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.')
  return dot > 0 ? fileName.slice(0, dot) : fileName
}

/**
 * The script's bytes go into the button unchanged. The name of an import's draft is as it was found
 * or given: whoever creates the button checks and slugs it.
 */
export function draftScript(name: string, file: SourceFile, description?: string): ButtonDraft {
  return {
    name,
    ...(description && { description }),
    args: [],
    timeoutSeconds: limits.defaultTimeoutSeconds,
    source: {
      kind: 'code',
      runtime: inferRuntime(file.name, firstLine(file.content)),
      content: file.content,
    },
  }
}

const headBytes = 1024

/** The first line of a text, as far as a shebang can reach. */
export function firstLine(content: Uint8Array): string {
  return new TextDecoder().decode(content.subarray(0, headBytes)).split('\n', 1)[0]!
}

/** Every failure of an import has one code. */
export function refuseImport(what: string, why: string, hint?: string): Failure {
  return fail('IMPORT_ERROR', `Cannot import "${what}": ${why}`, hint ? { hint } : {})
}
