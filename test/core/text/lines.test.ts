import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { splitLines } from '#core/text/lines.ts'
import { limits } from '#spec/limits.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function collect(pieces: readonly (readonly ['stdout' | 'stderr', Uint8Array])[]) {
  const lines = { stdout: [] as string[], stderr: [] as string[] }
  const splitter = splitLines((stream, line) => void lines[stream].push(line))
  for (const [stream, piece] of pieces) splitter.add(stream, piece)
  splitter.flush()
  return lines
}

test('the streams are split apart, and the unfinished line comes last', () => {
  expect(
    collect([
      ['stdout', bytes('first\nsecond\ntrai')],
      ['stderr', bytes('oops\n')],
      ['stdout', bytes('ling')],
    ]),
  ).toEqual({ stdout: ['first', 'second', 'trailing'], stderr: ['oops'] })
})

test('a line that comes in pieces is one line', () => {
  expect(
    collect([
      ['stdout', bytes('first-')],
      ['stdout', bytes('half\nsecond\n')],
    ]).stdout,
  ).toEqual(['first-half', 'second'])
})

test('a carriage return stays, an empty line counts', () => {
  expect(collect([['stdout', bytes('a\r\n\nb')]]).stdout).toEqual(['a\r', '', 'b'])
})

test('a line without end is cut, and the next one is whole', () => {
  const long = 'x'.repeat(limits.streamLineCharacters / 2)
  const pieces = [long, long, long, '\nnext\n'].map((text) => ['stdout', bytes(text)] as const)
  const [first, second] = collect(pieces).stdout
  expect(first).toHaveLength(limits.streamLineCharacters)
  expect(second).toBe('next')
})

test('however the bytes are cut into pieces, the lines are the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(8)), (text, sizes) => {
      const all = bytes(text)
      const pieces: (readonly ['stdout', Uint8Array])[] = []
      let at = 0
      for (const size of sizes) pieces.push(['stdout', all.subarray(at, (at += size))])
      pieces.push(['stdout', all.subarray(at)])
      const expected = text.split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(collect(pieces).stdout).toEqual(expected)
    }),
  )
})
