import { expect, test } from 'bun:test'
import { Validator } from '@cfworker/json-schema'
import { newDrawerFile } from '#core/drawer/scaffold.ts'
import { drawerSchemaDocument } from '#core/drawer/schema.ts'

interface Definition {
  additionalProperties: boolean
  required?: string[]
  properties: Record<string, { enum?: unknown[]; type?: string; items?: unknown; $ref?: string }>
}

const document = drawerSchemaDocument() as Definition & {
  oneOf: { required: string[] }[]
  $defs: Record<string, Definition>
} & Record<string, unknown>

test('the document says what it is', () => {
  expect(document).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://buttons.sh/schemas/drawer.schema.json',
    title: 'Drawer',
    type: 'object',
    additionalProperties: false,
    required: ['schema_version', 'name'],
  })
  expect(document.oneOf.map(({ required }) => required)).toEqual([
    ['schema_version', 'name', 'steps'],
    ['schema_version', 'name', 'drawer_kind', 'steps'],
    ['schema_version', 'name', 'drawer_kind', 'flow'],
  ])
})

test('every object has a definition that knows all its keys', () => {
  expect(Object.keys(document.$defs)).toEqual(
    (
      'Backoff Case ErrorHandler ErrorPolicy FlowCompletion FlowDefinition FlowLimits FlowManager ' +
      'FlowRetry FlowSessionPolicy FlowStage FlowStageTrigger FlowWorker InputDef Step Trigger TriggerAuth'
    ).split(' '),
  )
  for (const definition of Object.values(document.$defs))
    expect(definition.additionalProperties).toBe(false)
})

test.each([
  ['Step', 'id'],
  ['Case', 'when'],
  ['ErrorPolicy', 'action'],
  ['Backoff', 'strategy'],
  ['ErrorHandler', 'drawer'],
  ['InputDef', 'name,type'],
  ['Trigger', 'kind'],
  ['TriggerAuth', 'type'],
  ['FlowDefinition', 'initial_stage,manager,stages'],
  ['FlowManager', 'agent'],
  ['FlowWorker', 'agent'],
  ['FlowStage', 'id,title'],
  ['FlowStageTrigger', 'kind'],
  ['FlowLimits', ''],
  ['FlowCompletion', ''],
])('%s always has %p', (name, keys) => {
  expect((document.$defs[name]!.required ?? []).join()).toBe(keys)
})

test('types are those of the file', () => {
  const { properties } = document
  expect(properties['schema_version']).toMatchObject({ type: 'integer', enum: [1, 2] })
  expect(properties['created_at']).toMatchObject({ type: 'string', format: 'date-time' })
  expect(properties['return']).toMatchObject({ type: 'object' })
  expect(properties['output_schema']).not.toHaveProperty('type')
  expect(properties['steps']).toMatchObject({ type: 'array', items: { $ref: '#/$defs/Step' } })
  expect(properties['flow']).toMatchObject({ $ref: '#/$defs/FlowDefinition' })
  const step = document.$defs['Step']!.properties
  expect(step['timeout_seconds']).toMatchObject({ type: 'integer' })
  expect(step['on_failure']).toMatchObject({ $ref: '#/$defs/ErrorPolicy' })
  expect(step['cases']).toMatchObject({ type: 'array', items: { $ref: '#/$defs/Case' } })
  expect(step['bindings']).toMatchObject({ type: 'object' })
  expect(step['kind']!.enum).toContain('aggregate')
  expect(document.$defs['Backoff']!.properties['factor']).toMatchObject({ type: 'number' })
})

const validator = new Validator(document as never, '2020-12', false)
const action = newDrawerFile('a', 'action', '', 0)
const step = { id: 'a', kind: 'button', button: 'b', args: { x: '${inputs.y}' } }

test.each([
  ['a new action drawer', action, true],
  ['a new flow drawer', newDrawerFile('a', 'flow', 'text', 0), true],
  ['an old file without times', { schema_version: 1, name: 'a', steps: [] }, true],
  ['a file that names the schema', { ...action, $schema: 'https://x' }, true],
  ['any output schema', { ...action, output_schema: { type: 'object' } }, true],
  ['nested steps', { ...action, steps: [{ id: 'l', kind: 'for_each', steps: [step] }] }, true],
  [
    'the newer kinds',
    { ...action, steps: [{ id: 's', kind: 'batch', over: 'x', within: '5m', at: 'item.t' }] },
    true,
  ],
  ['a kind nobody knows', { ...action, steps: [{ id: 's', kind: 'teleport' }] }, false],
  ['an unknown key', { ...action, colour: 'red' }, false],
  ['a step without id', { ...action, steps: [{ kind: 'wait' }] }, false],
  [
    'an action drawer with a flow',
    { ...action, flow: { initial_stage: '', manager: { agent: '' }, stages: [] } },
    false,
  ],
  [
    'an old file with a kind',
    { schema_version: 1, name: 'a', drawer_kind: 'action', steps: [] },
    false,
  ],
  ['version 3', { ...action, schema_version: 3 }, false],
])('%s', (_, file, valid) => {
  expect(validator.validate(file).valid).toBe(valid)
})
