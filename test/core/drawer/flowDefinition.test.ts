import { expect, test } from 'bun:test'
import { formatFlowDefinition, hashFlowDefinition } from '#core/drawer/flow/definition.ts'
import { readDrawer } from '#core/drawer/read.ts'
import vectors from '../../vectors/flow.json'

for (const { title, file, definition, bytes, sha256 } of vectors)
  test(title, () => {
    const name = (JSON.parse(file) as { name: string }).name
    const read = readDrawer(file, name)
    if (!read.ok) throw new Error(read.why)
    const text = formatFlowDefinition(read.value.drawer)
    expect(text).toBe(definition)
    expect(new TextEncoder().encode(text)).toHaveLength(bytes)
    expect(hashFlowDefinition(text)).toBe(sha256)
  })

test('a line separator is escaped as older writers did', () => {
  const flow = { initial_stage: 'a', manager: { agent: 'activation.manager' }, stages: [stage()] }
  const read = readDrawer(
    JSON.stringify({ schema_version: 2, drawer_kind: 'flow', description: '\u2028', flow }),
    'x',
  )
  if (!read.ok) throw new Error(read.why)
  expect(formatFlowDefinition(read.value.drawer)).toContain('"description":"\\u2028"')
})

function stage() {
  return { id: 'a', title: 'A' }
}

test.each([
  ['an action drawer', { schema_version: 2, drawer_kind: 'action', steps: [] }, /no flow drawer/],
  ['a flow without stages', { schema_version: 2, drawer_kind: 'flow', flow: {} }, /manager agent/],
])('%s has no definition', (_, file, message) => {
  const read = readDrawer(JSON.stringify(file), 'x')
  if (!read.ok) throw new Error(read.why)
  expect(() => formatFlowDefinition(read.value.drawer)).toThrow(message)
})
