import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { queueDirectory, sanitise } from '#core/queue/directory.ts'

test.each([
  ['deploy', '', 'deploy'],
  ['deploy', 'prod', 'deploy__prod'],
  ['my queue', '', 'my_queue'],
  ['a/b', '../c', 'a_b__.._c'.replace('..', '__')],
  ['übung', '', '__bung'],
  ['日', '1', '_____1'],
  ['..', '', '__'],
  ['UP-low_9', 'x', 'UP-low_9__x'],
])('queue %p with key %p lies in %p', (name, key, directory) => {
  expect(queueDirectory({ name, key })).toBe(directory)
})

test('a directory name has one safe character for each byte', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const name = sanitise(text)
      expect(name).toMatch(/^[A-Za-z0-9_-]*$/)
      expect(name).toHaveLength(new TextEncoder().encode(text).length)
      expect(sanitise(name)).toBe(name)
    }),
  )
})

test('name and key join as older programs join them', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (name, key) => {
      expect(queueDirectory({ name, key })).toBe(sanitise(`${name}__${sanitise(key)}`))
    }),
  )
})
