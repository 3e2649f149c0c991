import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findDestination } from '#core/http/destination.ts'
import { fromWireText, type HttpRequest, toWireText, wireHeaders } from '#core/http/request.ts'

const request: HttpRequest = {
  method: 'GET',
  url: 'https://h:8/x',
  destination: findDestination('https', 'h:8')!,
  requestPath: '/x',
  headers: [{ name: 'X-Name', value: 'é' }],
  defaults: [
    { name: 'User-Agent', value: 'buttons/1' },
    { name: 'Accept-Encoding', value: 'gzip' },
  ],
}

test('Host comes first, then the headers of the button, then the defaults', () => {
  expect(wireHeaders(request)).toEqual([
    ['Host', 'h:8'],
    ['X-Name', 'Ã©'],
    ['User-Agent', 'buttons/1'],
    ['Accept-Encoding', 'gzip'],
  ])
})

test('a default gives way to a header of the button, whatever its case', () => {
  const headers = [{ name: 'user-agent', value: 'mine' }]
  expect(wireHeaders({ ...request, headers })).toEqual([
    ['Host', 'h:8'],
    ['user-agent', 'mine'],
    ['Accept-Encoding', 'gzip'],
  ])
})

test.each([
  ['GET', undefined, undefined],
  ['DELETE', undefined, undefined],
  ['POST', undefined, '0'],
  ['PUT', undefined, '0'],
  ['GET', '', '0'],
  ['GET', 'é', '2'],
  ['POST', 'abc', '3'],
])('%s with the body %j has the length %p', (method, text, length) => {
  const body = text === undefined ? {} : { body: new TextEncoder().encode(text) }
  const sent = new Map(wireHeaders({ ...request, method, ...body }))
  expect(sent.get('Content-Length')).toBe(length)
})

test('text goes over the wire as UTF-8, one character per byte, and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const wire = toWireText(text)
      expect(Buffer.from(wire, 'latin1')).toEqual(Buffer.from(text, 'utf8'))
      expect(fromWireText(wire)).toBe(text.toWellFormed())
    }),
  )
})

test('text that is decoded already is left alone', () => {
  expect(fromWireText('/日本')).toBe('/日本')
})
