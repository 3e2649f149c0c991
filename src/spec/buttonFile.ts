// The schemas of button.json (buttons.md 3). They check JSON types only, and stand apart from
// button.ts, so that a press of a known button does not have to build them.

import * as v from 'valibot'

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
