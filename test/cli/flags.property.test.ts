import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Arg, Args } from '../../src/cli/command.ts'
import { globalArgs, parseFlags, takesNextWord } from '../../src/cli/flags.ts'
import { Failure } from '../../src/spec/errors.ts'

const args = {
  text: { type: 'string', alias: 't', description: '' },
  count: { type: 'string', kind: 'int', alias: 'n', description: '' },
  arg: { type: 'string', kind: 'array', alias: 'a', description: '' },
  list: { type: 'string', kind: 'list', alias: 'l', description: '' },
  force: { type: 'boolean', alias: 'F', description: '' },
  quiet: { type: 'boolean', alias: 'q', description: '' },
} as const satisfies Args

interface Part {
  words: string[]
  apply(values: Record<string, unknown>, positionals: string[]): void
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 12 })

/** The ways to write one flag with its value. */
function spellings(name: keyof typeof args, value: string): string[][] {
  const { alias } = args[name]
  const long = [[`--${name}`, value], [`--${name}=${value}`]]
  const short = [[`-${alias}`, value], [`-${alias}=${value}`]]
  // Glued to its letter, a value must not be empty nor begin with the sign that may stand between.
  return [
    ...long,
    ...short,
    ...(value === '' || value.startsWith('=') ? [] : [[`-${alias}${value}`]]),
  ]
}

function spelled(
  name: keyof typeof args,
  value: string,
  change: Part['apply'],
): fc.Arbitrary<Part> {
  return fc.constantFrom(...spellings(name, value)).map((words) => ({ words, apply: change }))
}

const textPart = anyText.chain((value) =>
  spelled('text', value, (values) => void (values['text'] = value)),
)

const arrayPart = anyText.chain((value) =>
  spelled('arg', value, (values) => void (values['arg'] as string[]).push(value)),
)

const listPart = fc
  .array(anyText, { minLength: 1, maxLength: 3 })
  .filter((items) => items.length > 1 || items[0] !== '')
  .chain((items) =>
    spelled('list', items.map(quote).join(','), (values) => {
      ;(values['list'] as string[]).push(...items)
    }),
  )

const integerPart = fc
  .tuple(fc.maxSafeInteger(), fc.constantFrom(10, 16, 8, 2))
  .chain(([value, base]) =>
    spelled('count', writeInteger(value, base), (values) => void (values['count'] = value)),
  )

const flagPart = fc
  .constantFrom(
    [['--force'], { force: true }] as const,
    [['-F'], { force: true }] as const,
    [['-Fq'], { force: true, quiet: true }] as const,
    [['--quiet=false'], { quiet: false }] as const,
    [['--force=1', '--quiet'], { force: true, quiet: true }] as const,
  )
  .map(([words, set]): Part => ({
    words: [...words],
    apply: (values) => void Object.assign(values, set),
  }))

const wordPart = anyText
  .filter((word) => !word.startsWith('-') || word === '-')
  .map((word): Part => ({
    words: [word],
    apply: (_, positionals) => void positionals.push(word),
  }))

const part = fc.oneof(textPart, arrayPart, listPart, integerPart, flagPart, wordPart)

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function writeInteger(value: number, base: number): string {
  const prefix = { 10: '', 16: '0x', 8: '0o', 2: '0b' }[base] ?? ''
  return `${value < 0 ? '-' : ''}${prefix}${Math.abs(value).toString(base)}`
}

test('a written line is read back as it was meant', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(anyText), (parts, after) => {
      const values: Record<string, unknown> = { arg: [], list: [] }
      const positionals: string[] = []
      for (const { apply } of parts) apply(values, positionals)
      const words = parts.flatMap((one) => one.words)
      expect(parseFlags(words, args)).toEqual({ values, positionals })
      expect(parseFlags([...words, '--', ...after], args)).toEqual({
        values,
        positionals: [...positionals, ...after],
      })
    }),
  )
})

const nearlyFlags = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc
    .tuple(fc.constantFrom('-', '--', '-F', '--list=', '--count=', '-n', '--force='), fc.string())
    .map((pair) => pair.join('')),
  fc.constantFrom('--', '-', '', '--toString', '--__proto__', '--hasOwnProperty=1'),
)

test('whatever words come, they are read or refused, never worse', () => {
  fc.assert(
    fc.property(fc.array(nearlyFlags), (words) => {
      try {
        const { values, positionals } = parseFlags(words, args)
        expect(Object.keys(values).every((name) => isKnown(name))).toBe(true)
        expect(positionals.every((word) => words.includes(word))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
        expect(error).toMatchObject({ code: 'VALIDATION_ERROR', plain: true })
      }
    }),
  )
})

function isKnown(name: string): boolean {
  return Object.hasOwn(args, name) || Object.hasOwn(globalArgs, name)
}

test('a flag takes the next word exactly when it is refused without one', () => {
  const word = fc.oneof(textPart, arrayPart, flagPart).map(({ words }) => words[0]!)
  fc.assert(
    fc.property(word, (flag) => {
      let needsOne = false
      try {
        parseFlags([flag], args as Record<string, Arg>)
      } catch {
        needsOne = true
      }
      expect(takesNextWord(flag, args)).toBe(needsOne)
    }),
  )
})
