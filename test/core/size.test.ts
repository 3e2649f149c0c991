import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatSize, parseSize } from '#core/size.ts'
import { Failure } from '#spec/errors.ts'

const MB = 1024 * 1024

test.each([
  ['1', 1],
  ['1024', 1024],
  ['1024B', 1024],
  ['1024b', 1024],
  ['1K', 1024],
  ['1KB', 1024],
  ['10kb', 10_240],
  ['1M', MB],
  ['10M', 10_485_760],
  ['100MB', 100 * MB],
  ['1G', 1024 * MB],
  ['2GB', 2_147_483_648],
  ['2147483648', 2_147_483_648],
  [' 10 M ', 10_485_760],
  ['5 MB', 5 * MB],
  ['007k', 7168],
])('%j is read as %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

test.each([
  ['', 'it must begin with a whole number'],
  ['abc', 'it must begin with a whole number'],
  ['K', 'it must begin with a whole number'],
  ['+5', 'it must begin with a whole number'],
  ['-', 'it must begin with a whole number'],
  ['1-2', 'it must begin with a whole number'],
  ['--5', 'it must begin with a whole number'],
  ['1.5M', 'the unit must be B, K, M or G'],
  ['10X', 'the unit must be B, K, M or G'],
  ['10TB', 'the unit must be B, K, M or G'],
  ['1 K B', 'the unit must be B, K, M or G'],
  ['0', 'it must be above 0'],
  ['-0', 'it must be above 0'],
  ['-1', 'it must be above 0'],
  ['2147483649', 'it is above 2.00 GB'],
  ['3G', 'it is above 2.00 GB'],
  ['999999999999999', 'it is above 2.00 GB'],
  ['9'.repeat(400), 'it is above 2.00 GB'],
])('%j is refused because %s', (text, why) => {
  expect(() => parseSize(text)).toThrow(`Cannot read "${text}" as a size: ${why}`)
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [1536, '1.5 KB'],
  [MB, '1.0 MB'],
  [10 * MB, '10.0 MB'],
  [2 ** 30, '1.00 GB'],
  [2 ** 31, '2.00 GB'],
])('%d bytes are shown as %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))

test('any text is a size within the limit or a VALIDATION_ERROR', () => {
  const sizeLike = fc.stringMatching(/^ ?[0-9-]{0,22} ?[kKmMgGbBxT]{0,2} ?$/)
  fc.assert(
    fc.property(fc.oneof(sizeLike, fc.string({ unit: 'binary' })), (text) => {
      try {
        const bytes = parseSize(text)
        expect(Number.isInteger(bytes) && bytes > 0 && bytes <= 2 ** 31).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
        expect((error as Failure).code).toBe('VALIDATION_ERROR')
      }
    }),
  )
})

test('what is shown is read back to within its last digit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (bytes) => {
      const read = parseSize(formatSize(bytes).replace(/\.\d+/, ''))
      expect(read <= bytes * 1.06 && read >= bytes / 2.1).toBe(true)
    }),
  )
})
