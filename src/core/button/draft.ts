// From a draft to the button and its files: pure, so that --summary shows what a create would write.

import { type Button, buttonSchemaVersion } from '#spec/button.ts'
import type { ButtonDraft, ButtonPlan, DraftSource, PlannedFile } from '#spec/create.ts'
import { getLock } from '#core/http/target.ts'
import { formatTime } from '#core/time/format.ts'
import { canonicalRuntime, codeFileName } from './runtime.ts'
import { instructionText, scaffoldCode } from './scaffolds.ts'
import { formatButtonFile, orderButtonFile } from './write.ts'

/** The complete new button. Throws VALIDATION_ERROR for a URL that no button may have. */
export function planButton(draft: ButtonDraft, nowMs: number): ButtonPlan {
  const button = toButton(draft, formatTime(nowMs))
  const instructions = instructionText(draft.name, draft.description, draft.prompt)
  return {
    button,
    files: [
      { path: 'button.json', content: formatButtonFile({ ...button }), mode: 0o600 },
      ...codeFiles(draft),
      { path: 'AGENT.md', content: instructions, mode: 0o600 },
    ],
  }
}

function toButton(draft: ButtonDraft, now: string): Button {
  const button: Button = {
    schema_version: buttonSchemaVersion,
    name: draft.name,
    ...(draft.description && { description: draft.description }),
    version: '1',
    runtime: runtimeWord(draft.source),
    ...httpKeys(draft.source),
    ...(draft.args.length > 0 && { args: [...draft.args] }),
    env: {},
    timeout_seconds: draft.timeoutSeconds,
    mcp_enabled: false,
    ...(draft.outputSchema !== undefined && { output_schema: draft.outputSchema }),
    ...(draft.queue && { queue: draft.queue }),
    created_at: now,
    updated_at: now,
  }
  return orderButtonFile({ ...button }) as unknown as Button
}

function runtimeWord(source: DraftSource): string {
  return source.kind === 'http' || source.kind === 'prompt' ? source.kind : source.runtime
}

function httpKeys(source: DraftSource): Partial<Button> {
  if (source.kind !== 'http') return {}
  return {
    url: source.url,
    method: source.method,
    ...(Object.keys(source.headers).length > 0 && { headers: { ...source.headers } }),
    ...(source.body && { body: source.body }),
    max_response_bytes: source.maxResponseBytes,
    ...(source.allowPrivateNetworks && { allow_private_networks: true }),
    allowed_host: getLock(source.url),
  }
}

function codeFiles({ source, args }: ButtonDraft): PlannedFile[] {
  if (source.kind === 'http' || source.kind === 'prompt') return []
  const path = codeFileName(canonicalRuntime(source.runtime))
  if (path === undefined) return []
  const content = source.kind === 'code' ? source.content : scaffoldCode(source.runtime, args)
  return [{ path, content, mode: 0o700 }]
}
