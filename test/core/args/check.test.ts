import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkArgs, parseArgValues } from '#core/args/check.ts'
import type { ArgDef } from '#spec/button.ts'

test('a value is split at its first equals sign, and a later one wins', () => {
  const values = parseArgValues('hello', [], ['url=https://h/?foo=bar', 'a=1', 'a=', ' b = c '])
  expect({ ...values }).toEqual({ url: 'https://h/?foo=bar', a: '', ' b ': ' c ' })
})

test.each(['plain', '=x', 'a\0b=c', ''])('%j is no argument', (text) => {
  expect(() => parseArgValues('hello', [], [text])).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', spec: [] }),
  )
})

const def = (type: string, values?: string[]): ArgDef => ({
  name: 'x',
  type,
  required: true,
  ...(values && { values }),
})

const choice = ['staging', 'prod', 'canary']

test.each<[ArgDef, string]>([
  [def('string'), ''],
  [def('string'), 'a\nb'],
  [def('int'), '+5'],
  [def('int'), '-7'],
  [def('int'), '007'],
  [def('int'), '-0'],
  [def('int'), '9223372036854775807'],
  [def('int'), '-9223372036854775808'],
  [def('int'), `${'0'.repeat(40)}5`],
  [def('bool'), 'TRUE'],
  [def('bool'), 'false'],
  [def('bool'), '1'],
  [def('bool'), '0'],
  [def('enum', choice), 'staging'],
  [def('color'), 'anything'],
])('%j takes %j', (arg, value) => expect(checkArgs('b', [arg], { x: value })).toBeUndefined())

test.each<[ArgDef, string]>([
  [def('int'), ''],
  [def('int'), ' 5'],
  [def('int'), '5.0'],
  [def('int'), '1e3'],
  [def('int'), '0x10'],
  [def('int'), '1_000'],
  [def('int'), '+'],
  [def('int'), '9223372036854775808'],
  [def('int'), '-9223372036854775809'],
  [def('int'), '٣'],
  [def('bool'), 'yes'],
  [def('bool'), 't'],
  [def('bool'), 'on'],
  [def('bool'), ''],
  [def('enum', choice), 'dev'],
  [def('enum', choice), 'Staging'],
  [def('enum', choice), ' prod'],
])('%j refuses %j', (arg, value) => {
  expect(() => checkArgs('b', [arg], { x: value })).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', spec: [arg] }),
  )
})

test('a required argument that is missing is named with its type', () => {
  const defs = [{ ...def('int'), required: false, name: 'n' }, def('enum', choice)]
  expect(() => checkArgs('b', defs, {})).toThrow(
    expect.objectContaining({
      code: 'MISSING_ARG',
      message: expect.stringMatching(/"x" \(enum\)/),
      spec: defs,
    }),
  )
})

test('an enum names what it allows', () => {
  expect(() => checkArgs('b', [def('enum', choice)], { x: 'dev' })).toThrow(
    'one of staging, prod, canary',
  )
})

test('a value declared secret is not repeated', () => {
  const secret = { ...def('int'), secret: true }
  expect(() => checkArgs('b', [secret], { x: 'hunter2' })).toThrow(/^(?!.*hunter2)/s)
})

test('whole numbers are judged as a 64-bit machine would', () => {
  const text = fc.oneof(
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
    fc.stringMatching(/^[+-]?[0-9]{0,25}$/),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (value) => {
      const fits =
        /^[+-]?[0-9]+$/.test(value) &&
        BigInt(value.replace('+', '')) >= -(2n ** 63n) &&
        BigInt(value.replace('+', '')) < 2n ** 63n
      const check = () => checkArgs('b', [def('int')], { x: value })
      if (fits) check()
      else expect(check).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }))
    }),
  )
})
