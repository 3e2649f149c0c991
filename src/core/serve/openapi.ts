// The OpenAPI 3.1 description of the REST API: made of the rows of its routes and of the schemas
// that check what callers send.

import { toJsonSchema } from '@valibot/to-json-schema'
import { answerSchemas, type AnswerName, type JsonSchema } from '#spec/answers.ts'
import { requestSchemas, type RequestSchemaName } from '#spec/api.ts'
import { build } from '#spec/build.ts'
import { type ArgDef, type Button } from '#spec/button.ts'
import { errorCodes } from '#spec/errors.ts'

export interface Operation {
  /** Never changes once published: `pressButton`. */
  id: string
  summary: string
  body?: RequestSchemaName
  query?: RequestSchemaName
  answer: AnswerName
  /** The answer is a stream of events, or may be one. */
  streams?: 'always' | 'on request'
  /** Statuses besides 200 and those every operation knows. */
  statuses?: readonly number[]
}

export interface DescribedRoute {
  method: string
  path: string
  auth: 'key' | 'none'
  operation: Operation
}

export interface Described {
  routes: readonly DescribedRoute[]
  /** Callers need the key. */
  keyed: boolean
  /** Buttons that get a path of their own. */
  buttons: readonly Button[]
}

export function describeApi({ routes, keyed, buttons }: Described): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  const add = (path: string, method: string, operation: unknown) => {
    ;(paths[path] ??= {})[method.toLowerCase()] = operation
  }
  for (const route of routes) add(route.path, route.method, describeOperation(route, keyed))
  for (const button of buttons)
    add(`/api/buttons/${button.name}/press`, 'post', describeButton(button, keyed))
  return {
    openapi: '3.1.0',
    info: { title: 'buttons', version: build.version },
    paths,
    components: {
      schemas: { ...answerSchemas, Failure: failure },
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  }
}

const failure: JsonSchema = {
  type: 'object',
  properties: {
    ok: { const: false },
    error: {
      type: 'object',
      properties: {
        code: { enum: Object.keys(errorCodes) },
        message: { type: 'string' },
        hint: { type: 'string' },
      },
      required: ['code', 'message'],
    },
  },
  required: ['ok', 'error'],
}

function describeOperation({ path, auth, operation }: DescribedRoute, keyed: boolean): JsonSchema {
  const { id, summary, body, query, streams } = operation
  const data = { $ref: `#/components/schemas/${operation.answer}` }
  return {
    operationId: id,
    summary,
    parameters: [...pathParameters(path), ...(query ? queryParameters(query) : [])],
    ...(body && { requestBody: bodyOf(schemaOf(body)) }),
    responses: responses(data, { streams, statuses: operation.statuses, auth }),
    ...(auth === 'key' && keyed && { security: [{ key: [] }] }),
  }
}

// What a button declares is stricter than what its path takes in general.
function describeButton(button: Button, keyed: boolean): JsonSchema {
  const { name, description, args = [], output_schema } = button
  const result = answerSchemas.PressResult
  const data = {
    allOf: [result, { properties: { stdout: { type: 'string', ...contentOf(output_schema) } } }],
  }
  const body = {
    type: 'object',
    properties: { ...schemaOf('press')['properties']!, args: argsSchema(args) },
    ...(args.some(({ required }) => required) && { required: ['args'] }),
  }
  return {
    operationId: `pressButton.${name}`,
    summary: description ?? `Press ${name}`,
    requestBody: bodyOf(body),
    responses: responses(data, {
      streams: 'on request',
      statuses: [400, 404, 409, 413, 503],
      auth: 'key',
    }),
    ...(keyed && { security: [{ key: [] }] }),
  }
}

function contentOf(outputSchema: unknown): JsonSchema {
  if (outputSchema === undefined) return {}
  return { contentMediaType: 'application/json', contentSchema: outputSchema }
}

function argsSchema(args: readonly ArgDef[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(args.map((def) => [def.name, argSchema(def)])),
    required: args.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: { type: 'string' },
  }
}

function argSchema({ type, values }: ArgDef): JsonSchema {
  if (type === 'int') return { type: 'string', pattern: '^[+-]?[0-9]+$' }
  if (type === 'bool')
    return { type: 'string', pattern: '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|0|1)$' }
  if (type === 'enum' && values) return { type: 'string', enum: [...values] }
  return { type: 'string' }
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(name: RequestSchemaName): JsonSchema[] {
  const properties = schemaOf(name)['properties'] as Record<string, JsonSchema>
  return Object.entries(properties).map(([key, { description, ...schema }]) => ({
    name: key,
    in: 'query',
    ...(description !== undefined && { description }),
    schema,
  }))
}

function bodyOf(schema: JsonSchema): JsonSchema {
  return { required: false, content: { 'application/json': { schema } } }
}

interface Answers {
  streams: Operation['streams'] | undefined
  statuses: readonly number[] | undefined
  auth: 'key' | 'none'
}

function responses(data: JsonSchema, { streams, statuses = [], auth }: Answers): JsonSchema {
  const envelope = {
    type: 'object',
    properties: { ok: { const: true }, data },
    required: ['ok', 'data'],
  }
  const content = {
    ...(streams !== 'always' && { 'application/json': { schema: envelope } }),
    ...(streams && { 'text/event-stream': { schema: { type: 'string' } } }),
  }
  const failures = [
    ...statuses.filter((status) => status >= 400),
    ...(auth === 'key' ? [401, 429] : []),
  ]
  return {
    200: { description: 'Done', content },
    ...(statuses.includes(202) && { 202: accepted }),
    ...Object.fromEntries(failures.map((status) => [status, refused])),
  }
}

const accepted = {
  description: 'Accepted, to be done',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { ok: { const: true }, data: { $ref: '#/components/schemas/Accepted' } },
        required: ['ok', 'data'],
      },
    },
  },
}

const refused = {
  description: 'Refused',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
}

function schemaOf(name: RequestSchemaName): JsonSchema {
  const { $schema: _, ...schema } = toJsonSchema(requestSchemas[name], {
    typeMode: 'input',
    target: 'draft-2020-12',
  }) as JsonSchema
  return schema
}
