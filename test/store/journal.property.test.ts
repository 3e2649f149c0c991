// A journal that was cut off anywhere is the beginning of what it was, and nothing but that; damage
// before its end is noticed.

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { RunEvent } from '#spec/drawerEvents.ts'
import { formatEntry, parseEntries } from '#store/files/journal/entries.ts'

const events = fc.array(
  fc.record({
    type: fc.constantFrom('item.started' as const, 'wait.started' as const),
    run_id: fc.constant('0123456789abcdef'),
    key: fc.string({ unit: 'binary' }),
    at_ms: fc.nat(),
    index: fc.nat(),
    until_ms: fc.nat(),
  }),
  { maxLength: 12 },
) as fc.Arbitrary<RunEvent[]>

function bytesOf(all: readonly RunEvent[]): Uint8Array {
  const lines = all.map((event, number) => formatEntry(number, JSON.stringify(event)))
  return new TextEncoder().encode(lines.join(''))
}

const nothing = () => undefined

test('a journal reads back as it was written', () => {
  fc.assert(
    fc.property(events, (all) => {
      const bytes = bytesOf(all)
      expect(parseEntries(bytes, nothing)).toEqual({ ok: true, events: all, bytes: bytes.length })
    }),
  )
})

test('a journal that was cut off at any byte is a prefix of its events', () => {
  fc.assert(
    fc.property(events, fc.nat(), (all, cut) => {
      const bytes = bytesOf(all)
      const kept = bytes.subarray(0, cut % (bytes.length + 1))
      const read = parseEntries(kept, nothing)
      if (!read.ok) throw new Error(read.why)
      expect(read.events).toEqual(all.slice(0, read.events.length))
      expect(kept.subarray(0, read.bytes)).toEqual(bytesOf(read.events))
      // At most the one that was being written is gone.
      const whole = kept.filter((byte) => byte === 0x0a).length
      expect(read.events).toHaveLength(whole)
    }),
  )
})

test('whatever was being written at the end is not there', () => {
  fc.assert(
    fc.property(events, fc.uint8Array({ maxLength: 200 }), (all, torn) => {
      const read = parseEntries(Buffer.concat([bytesOf(all), torn]), nothing)
      expect(read).toMatchObject({ ok: true, events: all })
    }),
  )
})

test('a changed byte before the last line is damage, and never another event', () => {
  fc.assert(
    fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, at, flip) => {
      const bytes = bytesOf(all)
      fc.pre(all.length > 1)
      const place = at % bytes.length
      bytes[place]! ^= flip
      const read = parseEntries(bytes, nothing)
      if (read.ok) expect(read.events).toEqual(all.slice(0, read.events.length))
      const last = bytesOf(all.slice(0, -1)).length
      expect(read.ok).toBe(place >= last - 1)
    }),
  )
})

test('a line that is missing or stands twice is damage', () => {
  fc.assert(
    fc.property(events, fc.nat(), fc.boolean(), (all, at, twice) => {
      fc.pre(all.length > 1)
      const lines = all.map((event, number) => formatEntry(number, JSON.stringify(event)))
      const place = at % (lines.length - 1)
      lines.splice(place, twice ? 0 : 1, ...(twice ? [lines[place]!] : []))
      expect(parseEntries(new TextEncoder().encode(lines.join('')), nothing).ok).toBe(false)
    }),
  )
})
