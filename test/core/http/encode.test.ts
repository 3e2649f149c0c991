import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encoders } from '#core/http/encode.ts'

const { path, fragment, query, form, json, raw } = encoders

const everything = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).join('')

test('a path keeps exactly the characters of the contract', () => {
  const kept = path(everything).replace(/%[0-9A-F]{2}/g, '')
  expect(kept).toBe('$&+-.0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~')
})

test('a query keeps only unreserved characters and writes blanks as plus', () => {
  const kept = query(everything).replace(/%[0-9A-F]{2}/g, '')
  expect(kept).toBe('+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~')
  expect(query('a b+c%20')).toBe('a+b%2Bc%2520')
})

test('a fragment is written like a path and a form like a query', () => {
  expect(fragment).toBe(path)
  expect(form).toBe(query)
})

test.each([
  ['"\\', '\\"\\\\'],
  ['\b\f\n\r\t', '\\b\\f\\n\\r\\t'],
  ['\0\u000b\u001f', '\\u0000\\u000b\\u001f'],
  ['<>&', '\\u003c\\u003e\\u0026'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\u007f\u0085 é 日本 😀 /', '\u007f\u0085 é 日本 😀 /'],
  ['a\ud800b\udc00', 'a\\ufffdb\\ufffd'],
  ['\ufffd', '\ufffd'],
])('%j inside JSON becomes %j', (value, encoded) => expect(json(value)).toBe(encoded))

test('a lone surrogate becomes the replacement character in URLs', () => {
  expect(path('\ud800')).toBe('%EF%BF%BD')
  expect(query('\ud800')).toBe('%EF%BF%BD')
})

const anyText = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed())

test('every encoder can be reversed', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(decodeURIComponent(path(text))).toBe(text)
      expect(decodeURIComponent(query(text).replaceAll('+', ' '))).toBe(text)
      expect(new URLSearchParams(`v=${form(text)}`).get('v')).toBe(text)
      expect(JSON.parse(`"${json(text)}"`)).toBe(text)
      expect(raw(text)).toBe(text)
    }),
  )
})

test('encoded text holds nothing that ends its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(path(text)).toMatch(/^(?:[A-Za-z0-9\-_.~$&+:=@]|%[0-9A-F]{2})*$/)
      expect(query(text)).toMatch(/^(?:[A-Za-z0-9\-_.~+]|%[0-9A-F]{2})*$/)
      expect(json(text)).not.toMatch(/[<>&\n\r]|(?<!\\)(?:\\\\)*"/)
    }),
  )
})
