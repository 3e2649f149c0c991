// What the folder of a new app holds beside its source: the spec and the notes (buttons.md 5.7).

import { buttonSchemaVersion, type ServeDef } from '#spec/button.ts'
import { fail } from '#spec/errors.ts'
import { formatTime } from '#core/time/format.ts'
import { checkRewritable } from './set.ts'
import { readButton } from './read.ts'
import { formatButtonFile, orderButtonFile } from './write.ts'

export interface AppDraft {
  /** A slug. */
  name: string
  description?: string
}

const defaultServe: ServeDef = { type: 'static', output: 'dist' }

/**
 * The spec of a new app. `existing` is the text of a button.json that came with the source: that of
 * an app is kept and completed (D10), any other is refused. Throws VALIDATION_ERROR.
 */
export function planApp(draft: AppDraft, existing: string | undefined, nowMs: number) {
  const own = existing === undefined ? {} : readOwn(draft.name, existing)
  const now = formatTime(nowMs)
  const file = orderButtonFile({
    serve: defaultServe,
    ...own,
    ...(draft.description && { description: draft.description }),
    schema_version: buttonSchemaVersion,
    name: draft.name,
    kind: 'app',
    runtime: '',
    env: own['env'] ?? {},
    timeout_seconds: 0,
    mcp_enabled: false,
    created_at: now,
    updated_at: now,
  })
  return { file, text: formatButtonFile(file) }
}

function readOwn(name: string, text: string): Record<string, unknown> {
  const read = readButton(text, name)
  const why = read.ok
    ? read.value.kind === 'app'
      ? undefined
      : 'its button.json is not that of an app'
    : `its button.json cannot be read: ${read.why}`
  if (why !== undefined)
    throw fail('VALIDATION_ERROR', `Cannot make app "${name}" of this source: ${why}`)
  const file = JSON.parse(text) as Record<string, unknown>
  checkRewritable(name, file)
  return file
}

/** The notes of an app: how it is served. */
export function appInstructions({ name, description }: AppDraft): string {
  return `# ${name}
${description ? `\n${description}\n` : ''}
This folder is an app: it is served by \`buttons serve ${name}\`, not pressed. \`serve\` in button.json says how:

| Key | Meaning |
|---|---|
| \`type\` | \`static\`: files of a folder are served; \`dynamic\`: a program serves them |
| \`build\` | command that runs first, when there is one |
| \`output\` | static: the folder with the files, \`dist\` unless changed |
| \`run\` | dynamic: the command that starts the program; it listens on the port in \`PORT\` |
| \`port\` | dynamic: that port |

## Notes

_Add context about this button here: what the app shows, and to whom._
`
}
