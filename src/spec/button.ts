// What a button is on disk: button.json, as buttons.md 3 describes it.
// Its schemas are in buttonFile.ts, defaults and aliases in core/button/button.ts.

export const runtimeNames = ['shell', 'bash', 'python', 'node', 'bun', 'http', 'prompt'] as const
export type RuntimeName = (typeof runtimeNames)[number]

export const argTypes = ['string', 'int', 'bool', 'enum'] as const
export type ArgType = (typeof argTypes)[number]

export interface ArgDef {
  name: string
  /** One of argTypes; files made elsewhere may carry other words, which behave like string. */
  type: string
  required: boolean
  values?: string[]
  secret?: boolean
}

export interface QueueDef {
  name: string
  concurrency?: number
  key?: string
}

export interface ServeDef {
  type: string
  build?: string
  run?: string
  output?: string
  port?: number
}

export interface ButtonTrigger {
  id: string
  kind: string
  schedule?: string
  path?: string
  token?: string
  args?: Record<string, string>
  created_at: string
}

/**
 * A button as the program works with it: every key of buttons.md 3.1 in writing order, defaults
 * filled in, nulls gone. Optional keys are left out of files when they are absent here.
 */
export interface Button {
  schema_version: number
  name: string
  description?: string
  kind?: string
  serve?: ServeDef
  tags?: string[]
  version?: string
  runtime: string
  url?: string
  method?: string
  headers?: Record<string, string>
  body?: string
  args?: ArgDef[]
  env: Record<string, string>
  timeout_seconds: number
  max_response_bytes?: number
  allow_private_networks?: boolean
  allowed_host?: string
  mcp_enabled: boolean
  pinned?: boolean
  output_schema?: unknown
  queue?: QueueDef
  requires?: Record<string, string>
  requires_batteries?: string[]
  source?: string
  content_hash?: string
  triggers?: ButtonTrigger[]
  created_at: string
  updated_at: string
}

/** The schema version written into new buttons, and the highest that is understood. */
export const buttonSchemaVersion = 2

/** Text that marks an instruction file nobody has filled in yet (buttons.md 5.3). */
export const untouchedInstructions = '_Add context about this button here'
