import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { newName, slug } from '#core/name/slug.ts'

test.each([
  ['My Button', 'my-button'],
  ['hello_world', 'hello-world'],
  ['MyButton', 'mybutton'],
  ['UPPER CASE', 'upper-case'],
  ['  spaces  ', 'spaces'],
  ['foo--bar', 'foo-bar'],
  ['foo/bar', 'foobar'],
  ['../evil', 'evil'],
  ['hello.world', 'helloworld'],
  ['a_b_c', 'a-b-c'],
  ['---x-y---', 'x-y'],
  ['---leading-trailing---', 'leading-trailing'],
  ['valid-name-123', 'valid-name-123'],
  ['日本語', ''],
  ['', ''],
])('%j becomes %j', (name, folder) => expect(slug(name)).toBe(folder))

const reserved = new Set(['list', 'press'])

test.each(['valid-name', 'a', 'abc-123', 'x'.repeat(128)])('%j may be a new name', (name) => {
  expect(newName(name, 'button', reserved)).toBe(slug(name))
})

test.each([
  ['', 'it is empty'],
  ['../evil', 'must not contain'],
  ['foo/bar', 'must not contain'],
  ['foo\\bar', 'must not contain'],
  ['a..b', 'must not contain'],
  ['é'.repeat(65), 'longer than 128 bytes'],
  ['list', '"list" is a command'],
  [' LIST ', '"list" is a command'],
  ['.', 'no letter or digit'],
  ['---', 'no letter or digit'],
])('%j is refused as a new name', (name, why) => {
  expect(() => newName(name, 'button', reserved)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', message: expect.stringContaining(why) }),
  )
})

test('a slug is its own slug, and one safe part of a path', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (name) => {
      const folder = slug(name)
      expect(slug(folder)).toBe(folder)
      expect(folder).toMatch(/^$|^[a-z0-9]+(-[a-z0-9]+)*$/)
    }),
  )
})

test('a new name is never empty, reserved or anything but a slug', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      let accepted: string
      try {
        accepted = newName(name, 'button', reserved)
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
        return
      }
      expect(accepted).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(reserved.has(accepted)).toBe(false)
    }),
  )
})
