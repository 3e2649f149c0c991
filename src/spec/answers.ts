// What the REST API answers with under `data`, as JSON Schema: for readers of its description. What
// callers send is checked, and described in api.ts; these only describe.

export interface JsonSchema {
  [keyword: string]: unknown
}

const text = { type: 'string' }
const whole = { type: 'integer' }
const flag = { type: 'boolean' }
const time = { type: 'string', format: 'date-time' }
const runId = { type: 'string', pattern: '^[0-9a-f]{16}$' }
const texts = { type: 'object', additionalProperties: text }

function object(properties: Record<string, unknown>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required: [...required] }
}

function list(items: unknown): JsonSchema {
  return { type: 'array', items }
}

function page(name: string, items: unknown): JsonSchema {
  const next = { type: ['string', 'null'], description: 'Give it as `before` to go on' }
  return object({ [name]: list(items), next }, [name, 'next'])
}

const button = object(
  {
    schema_version: whole,
    name: text,
    description: text,
    runtime: text,
    args: list(object({ name: text, type: text, required: flag }, ['name', 'type'])),
    env: texts,
    timeout_seconds: whole,
    mcp_enabled: flag,
    created_at: text,
    updated_at: text,
  },
  ['schema_version', 'name', 'runtime', 'env', 'timeout_seconds', 'mcp_enabled'],
)

const drawer = object({ schema_version: whole, name: text, steps: list({ type: 'object' }) }, [
  'name',
])

const pressResult = object(
  {
    status: { enum: ['ok', 'error', 'timeout', 'cancelled'] },
    exit_code: whole,
    http_status_code: whole,
    stdout: text,
    stderr: text,
    duration_ms: whole,
    queue_wait_ms: whole,
    error_type: text,
    truncated: flag,
    prompt: text,
    button: text,
    args: texts,
    started_at: time,
    progress_path: text,
    output_valid: flag,
    output_problems: list(text),
    missing_batteries: list(text),
    run_id: runId,
  },
  ['status', 'exit_code', 'stdout', 'stderr', 'duration_ms', 'button', 'started_at', 'run_id'],
)

const drawerResult = object(
  {
    run_id: runId,
    drawer: text,
    status: { enum: ['ok', 'failed', 'cancelled'] },
    started_at: time,
    finished_at: time,
    duration_ms: whole,
    steps: list(object({ id: text, status: text }, ['id', 'status'])),
    failed_step: text,
    error: object({ code: text, message: text }),
    output: { type: 'object' },
  },
  ['run_id', 'drawer', 'status', 'started_at', 'finished_at', 'duration_ms', 'steps'],
)

const handle = object(
  {
    run_id: runId,
    target: { type: 'string', pattern: '^(button|drawer)/' },
    status: text,
    started_at: time,
    finished_at: time,
    duration_ms: whole,
    exit_code: whole,
    error_type: text,
    failed_step: text,
  },
  ['target', 'status', 'started_at'],
)

const record = object({ run_id: runId, started_at: time, finished_at: time, status: text }, [
  'started_at',
  'status',
])

const delivery = object(
  {
    id: { type: 'string', pattern: '^dlv_' },
    kind: { enum: ['button', 'drawer'] },
    target: text,
    source: text,
    path: text,
    received_at: time,
    status: { enum: ['accepted', 'running', 'ok', 'failed', 'cancelled', 'dead'] },
    attempt: whole,
    max_attempts: whole,
    run_id: runId,
    body_bytes: whole,
  },
  ['id', 'kind', 'target', 'source', 'received_at', 'status', 'attempt'],
)

const trigger = object(
  { kind: { enum: ['button', 'drawer'] }, target: text, trigger: text, path: text, enabled: flag },
  ['kind', 'target', 'trigger', 'enabled'],
)

export const answerSchemas = {
  Health: object({ status: { const: 'ok' }, service: { const: 'buttons' } }, ['status', 'service']),
  Buttons: object({ buttons: list(button) }, ['buttons']),
  Button: button,
  Drawers: object({ drawers: list(drawer) }, ['drawers']),
  Drawer: drawer,
  PressResult: pressResult,
  DrawerResult: drawerResult,
  Runs: object({ runs: list(record) }, ['runs']),
  Run: record,
  RunDetails: object(
    {
      ...handle['properties']!,
      record: { type: 'object' },
      active: { type: 'object' },
      files: texts,
      artifacts: list(object({ path: text, size: whole }, ['path', 'size'])),
      script_steps: list({ type: 'object' }),
    },
    ['target', 'status', 'started_at', 'files', 'artifacts', 'script_steps'],
  ),
  RunOutcome: object(
    {
      run_id: runId,
      target: text,
      status: text,
      ok: flag,
      data: { type: 'object' },
      error: object({ code: text, message: text, hint: text }, ['code', 'message']),
      cached: flag,
    },
    ['run_id', 'target', 'status', 'ok'],
  ),
  RunPage: page('runs', handle),
  Cancelling: object({ run_id: runId, status: { const: 'cancelling' } }, ['run_id', 'status']),
  Accepted: object({ run_id: runId, status: { const: 'accepted' }, events: text }, [
    'run_id',
    'status',
    'events',
  ]),
  DeliveryPage: page('deliveries', delivery),
  Delivery: delivery,
  Replayed: object({ delivery_id: text, replay_of: text }, ['delivery_id', 'replay_of']),
  TriggerPage: page('triggers', trigger),
  Description: { type: 'object', description: 'This document' },
} as const satisfies Record<string, JsonSchema>

export type AnswerName = keyof typeof answerSchemas
