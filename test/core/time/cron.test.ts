import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseCron } from '../../../src/core/time/cron.ts'
import { nextFire } from '../../../src/core/time/cronNext.ts'
import { zoneOffsetMs } from '../../../src/core/time/zone.ts'
import { Failure } from '../../../src/spec/errors.ts'

const newYork = 'America/New_York'

test.each([
  ['2012-07-09T14:59:59-04:00', '0/15 * * * *', '2012-07-09T15:00:00-04:00'],
  ['2012-07-09T15:45:00-04:00', '20-35/15 * * * *', '2012-07-09T16:20:00-04:00'],
  ['2012-07-09T23:46:00-04:00', '*/15 * * * *', '2012-07-10T00:00:00-04:00'],
  ['2012-07-09T23:35:00-04:00', '0 0 9 Apr-Oct ?', '2012-08-09T00:00:00-04:00'],
  ['2012-07-09T23:35:00-04:00', '0 0 */5 Apr,Aug,Oct Mon', '2012-08-01T00:00:00-04:00'],
  ['2012-07-09T23:35:00-04:00', '0 0 * Feb Mon', '2013-02-04T00:00:00-05:00'],
  ['2012-07-09T23:35:00-04:00', '0 0 * Feb Mon/2', '2013-02-01T00:00:00-05:00'],
  ['2012-07-09T23:35:00-04:00', '0 0 29 Feb ?', '2016-02-29T00:00:00-05:00'],
  ['2012-03-11T00:00:00-05:00', '30 2 11 Mar ?', '2013-03-11T02:30:00-04:00'],
  ['2012-03-11T01:00:00-05:00', '0 * * * ?', '2012-03-11T03:00:00-04:00'],
  ['2012-03-11T00:00:00-05:00', '0 2 * * ?', '2012-03-12T02:00:00-04:00'],
  ['2012-11-04T01:00:00-04:00', '0 1 * * ?', '2012-11-04T01:00:00-05:00'],
  ['2012-11-04T01:45:00-04:00', '30 1 04 Nov ?', '2012-11-04T01:30:00-05:00'],
  ['2018-10-17T05:00:00-04:00', 'TZ=America/Sao_Paulo 0 9 10 * ?', '2018-11-10T06:00:00-05:00'],
  ['2026-01-01T00:00:10Z', '@every 90s', '2026-01-01T00:01:40Z'],
  ['2026-01-01T00:00:10.750Z', '@every 100ms', '2026-01-01T00:00:11Z'],
])('after %s, "%s" fires at %s', (from, text, next) => {
  expect(nextFire(parseCron(text), Date.parse(from), newYork)).toBe(Date.parse(next))
})

test.each(['0 0 30 Feb ?', '0 0 31 Apr ?'])('"%s" is valid and never fires', (text) => {
  expect(nextFire(parseCron(text), Date.parse('2026-01-01T00:00:00Z'), 'UTC')).toBeUndefined()
})

test.each([
  ['xyz', 'got 1 fields'],
  ['60 0 * * *', '"60" is no minute from 0 to 59'],
  ['0 60 * * *', '"60" is no hour'],
  ['0 0 * * XYZ', '"XYZ" is no day of week'],
  ['0 0 * * 7', 'use 0 for Sunday'],
  ['0 0 * * * *', 'got 6 fields'],
  ['@reboot', '"@reboot" is not one of'],
  ['TZ=UTC', 'nothing follows the time zone'],
  ['TZ=Nowhere/Land 0 0 * * *', '"Nowhere/Land" is no time zone'],
  ['5-2 * * * *', 'goes backwards'],
  ['*/0 * * * *', 'must be a number from 1'],
  ['1/2/3 * * * *', 'more than one step'],
  [', * * * *', 'the minute is empty'],
  ['@every soon', '"soon" is no duration'],
  ['', 'got 0 fields'],
])('"%s" is refused', (text, why) => {
  expect(() => parseCron(text)).toThrow(why)
})

function fires(text: string, day: string): boolean {
  const start = Date.parse(`${day}T00:00:00Z`)
  return nextFire(parseCron(text), start - 1, 'UTC') === start
}

test.each([
  ['* * 1,15 * Sun', '2012-07-15', true],
  ['* * 1,15 * Sun', '2012-08-01', true],
  ['* * 1,15 * *', '2012-07-09', false],
  ['* * * * Mon', '2012-07-15', false],
  ['* * */2 * Sun', '2012-07-03', true],
])('"%s" on %s: %p', (text, day, expected) => {
  expect(fires(text, day)).toBe(expected)
})

test('the next fire is the first matching minute, in every zone and across every transition', () => {
  const zones = ['UTC', newYork, 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Sao_Paulo']
  const instant = fc.integer({ min: Date.parse('2012-01-01'), max: Date.parse('2019-01-01') })
  const text = fc
    .tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }))
    .map(([minute, hour]) => `${minute} ${hour},3 * * *`)
  fc.assert(
    fc.property(instant, text, fc.constantFrom(...zones), (from, schedule, zone) => {
      const parsed = parseCron(schedule)
      if (parsed.kind !== 'fields') throw new Error('expected fields')
      const matches = (at: number) => {
        const wall = new Date(at + zoneOffsetMs(zone, at))
        return (
          parsed.minute.values.has(wall.getUTCMinutes()) &&
          parsed.hour.values.has(wall.getUTCHours())
        )
      }
      let slow = Math.floor(from / 60_000) * 60_000 + 60_000
      while (!matches(slow)) slow += 60_000
      expect(nextFire(parsed, from, zone)).toBe(slow)
    }),
    { numRuns: 60 },
  )
})

test('random text is read or refused, never anything else', () => {
  const word = fc.constantFrom(
    '*',
    '?',
    '1',
    '5-9',
    '/2',
    ',',
    '-',
    ' ',
    '@every',
    'mon',
    'TZ=UTC',
    '99',
    'x',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      try {
        parseCron(words.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
      }
    }),
  )
})
