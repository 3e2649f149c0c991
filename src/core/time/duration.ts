// Durations as people type them: "1h30m", "500ms", "1.5h", "0".

import { fail } from '#spec/errors.ts'

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const maxNanoseconds = 2n ** 63n - 1n

/** Milliseconds (may have a fraction) of a duration text. Throws VALIDATION_ERROR naming the text. */
export function parseDurationMs(text: string): number {
  const nanoseconds = findDurationNanoseconds(text)
  if (nanoseconds !== undefined) return Number(nanoseconds) / 1e6
  throw fail('VALIDATION_ERROR', `Cannot read "${text}" as a duration`, {
    hint: 'Write it like 90s, 1h30m or 500ms',
  })
}

/** Nanoseconds of a duration text within 64 bits, or undefined when it is not one. */
export function findDurationNanoseconds(text: string): bigint | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  const body = text.slice(sign.length)
  if (body === '0') return 0n
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y
  let total = 0n
  while (part.lastIndex < body.length) {
    const match = part.exec(body)
    if (match === null || (match[1] === '' && !match[2])) return undefined
    total += partNanoseconds(match[1]!, match[2] ?? '', unitNanoseconds[match[3]!]!)
    if (total > maxNanoseconds) return undefined
  }
  if (body === '') return undefined
  return sign === '-' ? -total : total
}

function partNanoseconds(whole: string, fraction: string, unit: bigint): bigint {
  // 19 digits of fraction are below a nanosecond of an hour; the rest cannot matter.
  const digits = fraction.slice(0, 19)
  const scaled = digits === '' ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length)
  return BigInt(whole || '0') * unit + scaled
}
