import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { renameReferences } from '#core/drawer/edit.ts'
import { formatSorted, sortKeys } from '#core/drawer/json.ts'
import { readDrawer } from '#core/drawer/read.ts'
import { stamp } from '#core/drawer/scaffold.ts'

describe('written files', () => {
  test('keys are sorted at every level, also those that look like numbers', () => {
    expect(formatSorted({ b: { 10: 1, 9: [] }, a: [{ z: 1, y: {} }] })).toBe(
      '{\n  "a": [\n    {\n      "y": {},\n      "z": 1\n    }\n  ],\n  "b": {\n    "10": 1,\n    "9": []\n  }\n}',
    )
  })

  test('what is written is what was there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(JSON.parse(formatSorted(plain))).toEqual(plain)
        expect(sortKeys(plain)).toEqual(plain as object)
      }),
    )
  })
})

describe('read files', () => {
  test('null is absent where the schema knows the key, and a value where it does not', () => {
    const read = readDrawer(
      '{"inputs":null,"x":null,"steps":[{"id":"a","over":null,"args":{"n":null}}]}',
      'd',
    )
    expect(read).toMatchObject({ ok: true })
    const { drawer } = (read as Extract<typeof read, { ok: true }>).value
    expect(drawer).toEqual({
      name: 'd',
      schema_version: 0,
      steps: [{ id: 'a', args: { n: null } }],
      x: null,
    } as never)
  })

  test('arguments may have any name', () => {
    const args = '{"constructor":1,"__proto__":2,"prototype":3}'
    const read = readDrawer(`{"steps":[{"id":"a","args":${args}}]}`, 'd')
    const { drawer } = (read as Extract<typeof read, { ok: true }>).value
    expect(JSON.stringify(drawer.steps![0]!.args)).toBe(args)
  })

  test.each([
    ['[]', /object/],
    ['{', /valid JSON/],
    ['{"steps":{}}', /steps/],
    ['{"steps":[{"id":1}]}', /steps\.0\.id/],
    ['{"schema_version":"2"}', /schema_version/],
  ])('%s is refused with the place', (text, why) => {
    expect(readDrawer(text, 'd')).toMatchObject({ ok: false, why: expect.stringMatching(why) })
  })
})

test('a change stamps what is missing, the zero time too', () => {
  const file = { created_at: '0001-01-01T00:00:00Z' }
  stamp(file, 'd', 0)
  expect(file).toEqual({
    created_at: '1970-01-01T00:00:00.000Z',
    name: 'd',
    updated_at: '1970-01-01T00:00:00.000Z',
  } as never)
})

test('a new name reaches steps at any depth and the handler, nothing else', () => {
  const step = (drawer: string) => ({ id: 'x', kind: 'drawer', drawer })
  const file = {
    steps: [
      step('Old'),
      {
        id: 'l',
        steps: [step('old')],
        cases: [{ when: 'true', steps: [step('old'), step('other')] }],
      },
      { id: 'b', kind: 'button', button: 'old', drawer: 'old' },
    ],
    on_error: { drawer: 'old' },
  }
  expect(renameReferences(file, 'old', 'new')).toBe(true)
  expect(file).toEqual({
    steps: [
      step('new'),
      {
        id: 'l',
        steps: [step('new')],
        cases: [{ when: 'true', steps: [step('new'), step('other')] }],
      },
      { id: 'b', kind: 'button', button: 'old', drawer: 'old' },
    ],
    on_error: { drawer: 'new' },
  })
  expect(renameReferences(file, 'old', 'new')).toBe(false)
})
