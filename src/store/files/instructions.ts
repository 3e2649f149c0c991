// What somebody wrote about a button or drawer for those who press it.

import { untouched } from '#core/button/runtime.ts'
import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'

/** The instructions in a folder, or where they would be. Throws STORAGE_ERROR. */
export function readInstructions(host: Host, directory: string) {
  for (const name of ['AGENT.md', 'AGENTS.md']) {
    const path = `${directory}/${name}`
    const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
    if (text !== undefined) return { path, text }
  }
  return { path: `${directory}/AGENT.md`, text: undefined }
}

/** Whether nobody has written any yet. */
export function isPlain(host: Host, directory: string): boolean {
  const text = readInstructions(host, directory).text?.trim() ?? ''
  return text === '' || untouched(text)
}
