import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { fillQueueKey } from '#core/queue/key.ts'

const args = { env: 'prod', region: 'eu', evil: '${args.env}' }

test.each([
  ['', '', []],
  ['all', 'all', []],
  ['${args.env}', 'prod', []],
  ['${inputs.env}', 'prod', []],
  ['${inputs.env}/${args.region}', 'prod/eu', []],
  ['${args.evil}', '${args.env}', []],
  ['a-${args.nobody}-b', 'a--b', ['nobody']],
  ['${args.nobody}${inputs.nobody}${args.other}', '', ['nobody', 'other']],
  ['${env}', '${env}', []],
  ['${args.env', '${args.env', []],
  ['$${args.env}}', '$prod}', []],
  ['${args.toString}', '', ['toString']],
])('the key %p is filled as %p', (template, key, absent) => {
  expect(fillQueueKey(template, args)).toEqual({ key, absent: absent as string[] })
})

test('a key made of one reference is the value, whatever the value holds', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(fillQueueKey('${args.x}', { x: value })).toEqual({ key: value, absent: [] })
    }),
  )
})

test('text without references stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/\$\{(inputs|args)\./.test(text)),
      (text) => expect(fillQueueKey(text, args).key).toBe(text),
    ),
  )
})
