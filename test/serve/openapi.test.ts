// The description of the API agrees with the API (serve.md 9.9).

import { expect, test } from 'bun:test'
import { Validator } from '@cfworker/json-schema'
import { serveHome } from '../helpers/hosts.ts'
import { homeWith } from '../helpers/home.ts'

interface Described {
  operationId: string
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: { 'application/json': { schema: object } } }
  responses: Record<string, { content?: Record<string, { schema: object }> }>
  security?: unknown[]
}

interface Document {
  openapi: string
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, object> }
}

const declared = {
  code: 'echo \'{"n":1}\'',
  spec: {
    description: 'Does it',
    args: [
      { name: 'env', type: 'enum', required: true, values: ['a', 'b'] },
      { name: 'n', type: 'int', required: false },
      { name: 'on', type: 'bool', required: false },
    ],
    output_schema: { type: 'object', required: ['n'] },
  },
}

async function describeHost(flags: Record<string, unknown> = {}, query = '') {
  const host = await serveHome(homeWith({ buttons: { declared } }), flags)
  const headers = { Authorization: 'Bearer k' }
  const { body } = await host.ask(`/api/openapi.json${query}`, { headers })
  return { host, document: body as Document }
}

function operations({ paths }: Document): Described[] {
  return Object.values(paths).flatMap((methods) => Object.values(methods))
}

test('every operation has a name of its own, and the bearer key when there is one', async () => {
  const open = await describeHost()
  expect(open.document.openapi).toBe('3.1.0')
  const ids = operations(open.document).map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['listButtons', 'getButton', 'pressButton', 'pressDrawer', 'listRuns']),
  )
  expect(operations(open.document).every(({ security }) => security === undefined)).toBe(true)
  const keyed = await describeHost({ 'api-key': 'k' })
  expect(keyed.document.paths['/api/buttons']!['get']!.security).toEqual([{ key: [] }])
  expect(keyed.document.paths['/api/health']!['get']!.security).toBeUndefined()
})

test('every reference leads somewhere', async () => {
  const { document } = await describeHost()
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
  for (const [, name] of references)
    expect(Object.keys(document.components.schemas)).toContain(name!)
})

test('parameters of the path are described', async () => {
  const { document } = await describeHost()
  for (const [path, methods] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
    for (const { parameters = [] } of Object.values(methods))
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(names)
  }
})

test('answers are as described', async () => {
  const { host, document } = await describeHost()
  await host.press('declared', { args: { env: 'a' } })
  const { run_id } = (await host.ask('/api/runs')).body.data.runs[0]
  const asked: [string, string][] = [
    ['/api/health', '/api/health'],
    ['/api/buttons', '/api/buttons'],
    ['/api/buttons/{name}', '/api/buttons/declared'],
    ['/api/buttons/{name}/runs', '/api/buttons/declared/runs'],
    ['/api/drawers', '/api/drawers'],
    ['/api/runs', '/api/runs'],
    ['/api/runs/{id}', `/api/runs/${run_id}`],
  ]
  for (const [template, path] of asked) {
    const { schema } =
      document.paths[template]!['get']!.responses['200']!.content!['application/json']!
    const whole = { ...schema, components: document.components }
    const { valid, errors } = new Validator(whole, '2020-12').validate((await host.ask(path)).body)
    expect({ path, valid, errors }).toMatchObject({ path, valid: true, errors: [] })
  }
})

test('bodies are taken and refused as described', async () => {
  const { host, document } = await describeHost()
  const { schema } =
    document.paths['/api/buttons/{name}/press']!['post']!.requestBody!.content['application/json']
  const validator = new Validator(schema, '2020-12')
  const bodies = [
    {},
    { args: null },
    { args: { env: 'a' } },
    { args: { env: 1 } },
    { args: 'x' },
    { timeout: 5 },
    { timeout: -1 },
    { timeout: 1.5 },
    { timeout: '5' },
    { other: 1 },
  ]
  for (const body of bodies) {
    const { error } = (await host.press('declared', body)).body
    expect([body, error?.code !== 'BAD_REQUEST']).toEqual([body, validator.validate(body).valid])
  }
})

test('each button may have a path of its own', async () => {
  const { document } = await describeHost({}, '?expand=buttons')
  const { requestBody, operationId } = document.paths['/api/buttons/declared/press']!['post']!
  expect(operationId).toBe('pressButton.declared')
  const validator = new Validator(requestBody!.content['application/json'].schema, '2020-12')
  expect(validator.validate({ args: { env: 'a', n: '-5', on: 'TRUE' } }).valid).toBe(true)
  for (const args of [{}, { env: 'c' }, { env: 'a', n: 'x' }, { env: 'a', on: 'maybe' }])
    expect([args, validator.validate({ args }).valid]).toEqual([args, false])
  expect(validator.validate({}).valid).toBe(false)
  expect(JSON.stringify(document)).toContain('"contentSchema":{"type":"object","required":["n"]}')
})
