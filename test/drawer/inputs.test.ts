import { describe, expect, test } from 'bun:test'
import { parseInputs } from '#core/drawer/run/inputs.ts'
import type { InputDef } from '#spec/drawer.ts'
import { openDrawerEngine, type Setup } from '../helpers/drawerEngine.ts'

/** What a press with these words hands to a button that shows its inputs and takes `arg`. */
async function given(words: string[], inputs: Partial<InputDef>[], more: Partial<Setup> = {}) {
  const main = { inputs, steps: [{ id: 'a', button: 'echo', args: { v: '${inputs.v}' } }] }
  const engine = openDrawerEngine({ drawers: { main }, buttons: { echo: {} }, ...more })
  const result = await engine.press('main', parseInputs(words))
  return result.error ?? { typed: result.inputs!['v'], text: engine.presses[0]!.args['v'] }
}

describe('words become values', () => {
  test.each<[string, unknown]>([
    ['v=7.7.7', '7.7.7'],
    ['v=3', 3],
    ['v=true', true],
    ['v=01234', '01234'],
    ['v=null', null],
    ['v="7"', '7'],
    ['v={"a":1}', { a: 1 }],
    ['v=', ''],
    ['v=a=b', 'a=b'],
  ])('%s', (word, value) => {
    expect(parseInputs([word]).inputs).toEqual({ v: value })
  })

  test('a word without = is a mistake, an empty key is none', () => {
    expect(() => parseInputs(['v'])).toThrow('key=value')
    expect(parseInputs(['=x']).inputs).toEqual({ '': 'x' })
  })
})

describe('declared inputs keep what was typed, or say what is wrong', () => {
  test.each<[Partial<InputDef>, string, unknown]>([
    [{ type: 'string' }, '1.10', '1.10'],
    [{ type: 'string' }, '12345678901234567890', '12345678901234567890'],
    [{ type: 'string' }, '"7"', '7'],
    [{ type: 'string' }, 'null', 'null'],
    [{ type: 'int' }, '42', 42],
    [{ type: 'int' }, '"42"', 42],
    [{ type: 'int' }, '9007199254740993', '9007199254740993'],
    [{ type: 'bool' }, 'true', true],
    [{ type: 'bool' }, '0', false],
    [{ type: 'enum', values: ['a', '1.0'] }, '1.0', '1.0'],
    [{ type: 'whatever' }, '1.10', 1.1],
  ])('%j takes %s', async (def, text, typed) => {
    const shown = typeof typed === 'string' ? typed : String(typed)
    expect(await given([`v=${text}`], [{ name: 'v', ...def }])).toEqual({ typed, text: shown })
  })

  test.each<[Partial<InputDef>, string]>([
    [{ type: 'int' }, '1.5'],
    [{ type: 'int' }, 'many'],
    [{ type: 'int' }, '9223372036854775808'],
    [{ type: 'bool' }, 'yes'],
    [{ type: 'enum', values: ['a', 'b'] }, 'c'],
  ])('%j does not take %s', async (def, text) => {
    const error = await given([`v=${text}`], [{ name: 'v', ...def }])
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining(text),
    })
  })

  test('a secret is not repeated in the complaint', async () => {
    const error = await given(['v=sesame'], [{ name: 'v', type: 'int', secret: true }])
    expect(JSON.stringify(error)).not.toContain('sesame')
  })

  test('required means there, and null is there', async () => {
    const defs = [
      { name: 'first', type: 'string', required: true },
      { name: 'v', type: 'string', required: true },
    ]
    expect(await given(['v=1'], defs)).toMatchObject({
      code: 'MISSING_INPUT',
      message: expect.stringContaining('"first"'),
      remediation: 'buttons drawer main press first=VALUE',
    })
    expect(await given(['v=null'], [{ name: 'v', type: 'int', required: true }])).toEqual({
      typed: null,
      text: 'null',
    })
  })
})

describe('undeclared inputs that fill arguments keep what was typed', () => {
  test.each([
    ['string', 'v=1.10', '1.10'],
    ['enum', 'v=1.10', '1.10'],
    ['string', 'v="x"', 'x'],
    ['int', 'v=12345678901234567890', '12345678901234567890'],
    ['int', 'v=1e3', '1000'],
    ['bool', 'v=true', 'true'],
  ])('%s: %s', async (type, word, text) => {
    const engine = openDrawerEngine({
      drawers: { main: { steps: [{ id: 'a', button: 'echo' }] } },
      buttons: { echo: { args: [{ name: 'v', type, required: false, values: ['1.10'] }] } },
    })
    await engine.press('main', parseInputs([word]))
    expect(engine.presses[0]!.args).toEqual({ v: text })
  })
})
