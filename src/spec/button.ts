// What a button is on disk: button.json, as buttons.md 3 describes it.
// Schemas check JSON types only; defaults and aliases are in core/button/read.ts.

import * as v from 'valibot'

export const runtimeNames = ['shell', 'bash', 'python', 'node', 'bun', 'http', 'prompt'] as const
export type RuntimeName = (typeof runtimeNames)[number]

export const argTypes = ['string', 'int', 'bool', 'enum'] as const
export type ArgType = (typeof argTypes)[number]

const text = v.nullish(v.string())
const flag = v.nullish(v.boolean())
const whole = v.nullish(v.pipe(v.number(), v.integer()))
const textMap = v.nullish(v.record(v.string(), v.string()))

export const argDefSchema = v.looseObject({
  name: v.string(),
  type: v.string(),
  required: v.optional(v.boolean(), false),
  values: v.nullish(v.array(v.string())),
  secret: flag,
})

export const queueSchema = v.looseObject({
  name: v.string(),
  concurrency: whole,
  key: text,
})

export const serveSchema = v.looseObject({
  type: v.string(),
  build: text,
  run: text,
  output: text,
  port: whole,
})

export const buttonTriggerSchema = v.looseObject({
  id: v.string(),
  kind: v.string(),
  schedule: text,
  path: text,
  token: text,
  args: textMap,
  created_at: text,
})

export const buttonFileSchema = v.looseObject({
  schema_version: whole,
  name: text,
  description: text,
  kind: text,
  serve: v.nullish(serveSchema),
  tags: v.nullish(v.array(v.string())),
  version: text,
  runtime: text,
  url: text,
  method: text,
  headers: textMap,
  body: text,
  args: v.nullish(v.array(argDefSchema)),
  env: textMap,
  timeout_seconds: whole,
  max_response_bytes: whole,
  allow_private_networks: flag,
  allowed_host: text,
  mcp_enabled: flag,
  pinned: flag,
  output_schema: v.optional(v.unknown()),
  queue: v.nullish(queueSchema),
  // The list first: the library's record would take it for a map with numbers as keys.
  requires: v.nullish(v.union([v.array(v.string()), v.record(v.string(), v.string())])),
  requires_batteries: v.nullish(v.array(v.string())),
  source: text,
  content_hash: text,
  triggers: v.nullish(v.array(buttonTriggerSchema)),
  created_at: text,
  updated_at: text,
})

export type ButtonFile = v.InferOutput<typeof buttonFileSchema>

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
