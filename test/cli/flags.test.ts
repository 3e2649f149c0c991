import { describe, expect, test } from 'bun:test'
import type { Args } from '../../src/cli/command.ts'
import { parseFlags, takesNextWord } from '../../src/cli/flags.ts'
import type { Failure } from '../../src/spec/errors.ts'

const args = {
  name: { type: 'positional', description: '' },
  text: { type: 'string', alias: 't', description: '' },
  count: { type: 'string', kind: 'int', alias: 'n', description: '' },
  wait: { type: 'string', kind: 'duration', description: '' },
  arg: { type: 'string', kind: 'array', alias: 'a', description: '' },
  list: { type: 'string', kind: 'list', alias: 'l', description: '' },
  force: { type: 'boolean', alias: 'F', description: '' },
  quiet: { type: 'boolean', alias: 'q', description: '' },
  secret: { type: 'string', hidden: true, description: '' },
} as const satisfies Args

const empty = { arg: [], list: [] }

function parse(...words: string[]) {
  const { values, positionals } = parseFlags(words, args)
  return { ...values, _: positionals }
}

function refusal(...words: string[]): Failure {
  try {
    parse(...words)
  } catch (error) {
    return error as Failure
  }
  throw new Error(`accepted: ${words.join(' ')}`)
}

const read: [string[], Record<string, unknown>][] = [
  [['--text', 'v'], { text: 'v' }],
  [['--text=v'], { text: 'v' }],
  [['--text=a=b'], { text: 'a=b' }],
  [['--text='], { text: '' }],
  [['--text', ''], { text: '' }],
  [['--text', '--force'], { text: '--force' }],
  [['--text', '--'], { text: '--' }],
  [['--text', 'a', '--text', 'b'], { text: 'b' }],
  [['-t', 'v'], { text: 'v' }],
  [['-tv'], { text: 'v' }],
  [['-t=v'], { text: 'v' }],
  [['-t==v'], { text: '=v' }],
  [['-t='], { text: '' }],
  [['-t-v'], { text: '-v' }],
  [['--secret', 'v'], { secret: 'v' }],
  [['--force'], { force: true }],
  [['--force', 'false'], { force: true, _: ['false'] }],
  [['--force=false'], { force: false }],
  [['-F'], { force: true }],
  [['-Fq'], { force: true, quiet: true }],
  [['-Fqt', 'v'], { force: true, quiet: true, text: 'v' }],
  [['-Fqtv'], { force: true, quiet: true, text: 'v' }],
  [['-F=0'], { force: false }],
  [['-qF=T'], { quiet: true, force: true }],
  [['--json', 'false'], { json: true, _: ['false'] }],
  [['-h'], { help: true }],
  [['a', '--force', 'b', '-t', 'v', 'c'], { force: true, text: 'v', _: ['a', 'b', 'c'] }],
  [['a', '--', '--force', '-x', '--'], { _: ['a', '--force', '-x', '--'] }],
  [['-', '-F'], { force: true, _: ['-'] }],
  [['', 'a'], { _: ['', 'a'] }],
  [['--arg', 'a,b', '-a', 'c', '--arg=d'], { arg: ['a,b', 'c', 'd'] }],
  [['--list', 'a,b', '-l', 'c'], { list: ['a', 'b', 'c'] }],
  [['--list', '"a,b",c'], { list: ['a,b', 'c'] }],
  [['--list', '"say ""hi""",'], { list: ['say "hi"', ''] }],
  [['--list', ''], { list: [] }],
  [['--list', 'a', '--list', ''], { list: ['a'] }],
]

test.each(read)('%j is understood', (words, expected) => {
  expect(parse(...words)).toEqual({ ...empty, _: [], ...expected })
})

test.each('1 t T TRUE true True'.split(' '))('%s is true', (word) => {
  expect(parse(`--force=${word}`)).toMatchObject({ force: true })
})

test.each('0 f F FALSE false False'.split(' '))('%s is false', (word) => {
  expect(parse(`--force=${word}`)).toMatchObject({ force: false })
})

test.each(['', 'yes', 'tRUE', '2', ' true'])('"%s" is no boolean', (word) => {
  expect(refusal(`--force=${word}`).message).toContain('--force')
})

const integers: [string, number][] = [
  ['0', 0],
  ['42', 42],
  ['+42', 42],
  ['-42', -42],
  ['0x1F', 31],
  ['0X1f', 31],
  ['-0x10', -16],
  ['0o17', 15],
  ['0O17', 15],
  ['017', 15],
  ['0b101', 5],
  ['0B1', 1],
  ['1_000_000', 1_000_000],
  ['0x_ff', 255],
  ['0_7', 7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
]

test.each(integers)('%s is the number %i', (text, number) => {
  expect(parse('--count', text)).toMatchObject({ count: number })
  expect(parse(`-n=${text}`)).toMatchObject({ count: number })
})

test.each([
  '',
  '-',
  '1.5',
  '1e3',
  'abc',
  '08',
  '0x',
  '0xg',
  '0b2',
  '0o8',
  '1__0',
  '_1',
  '1_',
  ' 1',
  '1 ',
  '--1',
  '9007199254740993',
  '١',
])('"%s" is no whole number', (text) => {
  expect(refusal(`--count=${text}`).message).toBe(
    `Cannot read --count: "${text}" is not a whole number`,
  )
})

const durations: [string, number][] = [
  ['0', 0],
  ['1h30m', 5_400_000],
  ['24h', 86_400_000],
  ['500ms', 500],
  ['1.5s', 1500],
  ['-1s', -1000],
  ['+2m', 120_000],
  ['250us', 0.25],
  ['1µs', 0.001],
]

test.each(durations)('%s lasts %d ms', (text, ms) => {
  expect(parse('--wait', text)).toMatchObject({ wait: ms })
})

test.each(['', '5', 's', '1x', '1h 30m', '1d'])('"%s" is no duration', (text) => {
  expect(refusal('--wait', text)).toMatchObject({
    message: `Cannot read --wait: "${text}" is not a duration`,
    hint: 'Write it like 90s, 1h30m or 500ms',
  })
})

describe('what is refused says why', () => {
  const refused: [string[], { message: string; hint?: string }][] = [
    [['--frce'], { message: 'unknown flag: --frce', hint: 'Did you mean --force?' }],
    [['--frce=1'], { message: 'unknown flag: --frce', hint: 'Did you mean --force?' }],
    [['--secre', 'v'], { message: 'unknown flag: --secre' }],
    [['--name', 'v'], { message: 'unknown flag: --name' }],
    [['--constructor'], { message: 'unknown flag: --constructor' }],
    [['--__proto__=1'], { message: 'unknown flag: --__proto__' }],
    [['--=v'], { message: 'unknown flag: --' }],
    [['--Force'], { message: 'unknown flag: --Force', hint: 'Did you mean --force?' }],
    [['-x'], { message: "unknown shorthand flag: 'x' in -x" }],
    [['-Fx'], { message: "unknown shorthand flag: 'x' in -Fx" }],
    [['-5'], { message: "unknown shorthand flag: '5' in -5" }],
    [['--text'], { message: 'flag needs a value: --text' }],
    [['a', '-t'], { message: 'flag needs a value: -t' }],
    [['--list', 'a"b'], { message: 'Cannot read --list: "a"b" has a stray quote' }],
    [['--list', '"ab'], { message: 'Cannot read --list: ""ab" has a stray quote' }],
  ]
  test.each(refused)('%j', (words, { message, hint }) => {
    const failure = refusal(...words)
    expect(failure).toMatchObject({ code: 'VALIDATION_ERROR', message, plain: true })
    expect(failure.hint).toBe(hint)
  })
})

test('it is known which flags take the next word', () => {
  const taking = ['--text', '-t', '-Ft', '--list', '-n']
  const alone = ['--text=v', '-tv', '-t=v', '--force', '-F', '-Fq', '--unknown', '-x', '--name']
  expect(taking.filter((word) => !takesNextWord(word, args))).toEqual([])
  expect(alone.filter((word) => takesNextWord(word, args))).toEqual([])
})
