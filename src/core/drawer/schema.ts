// The published JSON Schema of drawer.json (2020-12), derived from the schemas that read the file.
// Reading is lenient; this document is strict: known keys and words only.

import * as v from 'valibot'
import {
  drawerFileSchema,
  errorHandlerSchema,
  inputDefSchema,
  triggerSchema,
} from '#spec/drawer.ts'
import {
  flowCompletionSchema,
  flowLimitsSchema,
  flowManagerSchema,
  flowRetrySchema,
  flowSchema,
  flowSessionPolicySchema,
  flowStageSchema,
  flowStageTriggerSchema,
  flowWorkerSchema,
} from '#spec/flow.ts'
import type { Published } from '#spec/shape.ts'
import { backoffSchema, caseSchema, errorPolicySchema, stepSchema } from '#spec/steps.ts'
import { triggerAuthSchema } from '#spec/webhook.ts'
import type { JsonObject } from './json.ts'
import { isArraySchema, isObjectSchema } from './read.ts'

const definitions: Readonly<Record<string, v.GenericSchema>> = {
  Backoff: backoffSchema,
  Case: caseSchema,
  ErrorHandler: errorHandlerSchema,
  ErrorPolicy: errorPolicySchema,
  FlowCompletion: flowCompletionSchema,
  FlowDefinition: flowSchema,
  FlowLimits: flowLimitsSchema,
  FlowManager: flowManagerSchema,
  FlowRetry: flowRetrySchema,
  FlowSessionPolicy: flowSessionPolicySchema,
  FlowStage: flowStageSchema,
  FlowStageTrigger: flowStageTriggerSchema,
  FlowWorker: flowWorkerSchema,
  InputDef: inputDefSchema,
  Step: stepSchema,
  Trigger: triggerSchema,
  TriggerAuth: triggerAuthSchema,
}

/** The whole document, as `buttons drawer schema` prints it. */
export function drawerSchemaDocument(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://buttons.sh/schemas/drawer.schema.json',
    title: 'Drawer',
    ...objectSchema(drawerFileSchema.entries),
    oneOf: variants,
    $defs: Object.fromEntries(
      Object.entries(definitions).map(([name, schema]) => [
        name,
        isObjectSchema(schema) ? objectSchema(schema.entries) : {},
      ]),
    ),
  }
}

const variants = [
  {
    title: 'Legacy action drawer',
    properties: { schema_version: { const: 1 } },
    required: ['schema_version', 'name', 'steps'],
    not: { anyOf: [{ required: ['drawer_kind'] }, { required: ['flow'] }] },
  },
  {
    title: 'Action drawer',
    properties: { schema_version: { const: 2 }, drawer_kind: { const: 'action' } },
    required: ['schema_version', 'name', 'drawer_kind', 'steps'],
    not: { required: ['flow'] },
  },
  {
    title: 'Flow drawer',
    properties: { schema_version: { const: 2 }, drawer_kind: { const: 'flow' } },
    required: ['schema_version', 'name', 'drawer_kind', 'flow'],
    not: { required: ['steps'] },
  },
]

function objectSchema(entries: Readonly<Record<string, v.GenericSchema>>): JsonObject {
  const keys = Object.keys(entries)
  const required = keys.filter((key) => publishedOf(entries[key]!).always)
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(keys.map((key) => [key, keySchema(entries[key]!)])),
  }
}

function keySchema(schema: v.GenericSchema): JsonObject {
  const { enum: words, format } = publishedOf(schema)
  const description = findDescription(schema)
  return {
    ...valueSchema(schema),
    ...(words && { enum: words }),
    ...(format && { format }),
    ...(description !== undefined && { description }),
  }
}

function valueSchema(schema: v.GenericSchema): JsonObject {
  const plain = core(schema)
  const name = Object.keys(definitions).find((key) => definitions[key] === plain)
  if (name !== undefined) return { $ref: `#/$defs/${name}` }
  if (isArraySchema(plain)) return { type: 'array', items: valueSchema(plain.item) }
  return types[plain.type] === undefined ? {} : { type: wholeNumber(schema) ?? types[plain.type] }
}

const types: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  number: 'number',
  record: 'object',
}

/** The steps from a schema down to the plain one: optionality, laziness, annotations. */
function layers(schema: v.GenericSchema): v.GenericSchema[] {
  if ('pipe' in schema) {
    const [first] = schema.pipe as [v.GenericSchema]
    return [schema, ...layers(first)]
  }
  if ('wrapped' in schema) return [schema, ...layers(schema.wrapped as v.GenericSchema)]
  if (schema.type === 'lazy' && 'getter' in schema)
    return layers((schema.getter as () => v.GenericSchema)())
  return [schema]
}

function core(schema: v.GenericSchema): v.GenericSchema {
  return layers(schema).at(-1)!
}

interface Action {
  kind?: string
  type?: string
  description?: string
  metadata?: { published?: Published }
}

function actions(schema: v.GenericSchema): Action[] {
  return layers(schema).flatMap((layer) =>
    'pipe' in layer ? (layer.pipe as Action[]).slice(1) : [],
  )
}

/** What the published document says about a key beyond its type. */
export function publishedOf(schema: v.GenericSchema): Published {
  return Object.assign({}, ...actions(schema).map((action) => action.metadata?.published))
}

function findDescription(schema: v.GenericSchema): string | undefined {
  return actions(schema).find((action) => action.type === 'description')?.description
}

function wholeNumber(schema: v.GenericSchema): 'integer' | undefined {
  return actions(schema).some((action) => action.type === 'integer') ? 'integer' : undefined
}
