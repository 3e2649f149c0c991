// Schedules under a clock that a test moves.

import { expect, test } from 'bun:test'
import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { openCronClock } from '#trigger/cron.ts'
import type { TriggerSettings } from '#spec/webhook.ts'

const at = (text: string) => Date.parse(`2026-05-02T${text}Z`)
const clockTime = (ms: number) => new Date(ms).toISOString().slice(11, 19)

function cronOf(schedule: string, settings: TriggerSettings = {}, lane = 'x'): HostedTrigger {
  return {
    lane,
    target: { kind: 'button', name: lane },
    id: lane,
    kind: 'cron',
    path: '',
    settings: { timezone: 'UTC', schedule, ...settings },
    token: undefined,
    args: {},
    mapBody: false,
    inputs: {},
  }
}

function open(last?: number, chance = 0) {
  return openCronClock({ random: () => chance, lastFire: () => last })
}

function ticks(clock: ReturnType<typeof open>, now: number): string[] {
  return clock.take(now).map(({ tick }) => clockTime(tick))
}

test('a schedule fires at its tick, once', () => {
  const clock = open()
  clock.follow([cronOf('*/5 * * * *')], at('09:01:00'))
  expect(clockTime(clock.nextMs!)).toBe('09:05:00')
  expect(ticks(clock, at('09:04:59'))).toEqual([])
  expect(ticks(clock, at('09:05:00'))).toEqual(['09:05:00'])
  expect(ticks(clock, at('09:05:01'))).toEqual([])
  expect(clockTime(clock.nextMs!)).toBe('09:10:00')
})

test('a machine that slept fires each once, and goes on from now', () => {
  const clock = open()
  clock.follow([cronOf('* * * * *'), cronOf('*/5 * * * *', {}, 'y')], at('09:00:30'))
  expect(ticks(clock, at('09:30:10'))).toEqual(['09:01:00', '09:05:00'])
  expect(clockTime(clock.nextMs!)).toBe('09:31:00')
})

test('@every counts from the start', () => {
  const clock = open()
  clock.follow([cronOf('@every 90s')], at('09:00:00'))
  expect(ticks(clock, at('09:01:29'))).toEqual([])
  expect(ticks(clock, at('09:01:30'))).toEqual(['09:01:30'])
  expect(ticks(clock, at('09:03:00'))).toEqual(['09:03:00'])
})

test('following the same triggers again disturbs no tick; another schedule starts anew', () => {
  const clock = open()
  clock.follow([cronOf('@every 1m')], at('09:00:00'))
  clock.follow([cronOf('@every 1m', { jitter_seconds: 0 })], at('09:00:30'))
  expect(clockTime(clock.nextMs!)).toBe('09:01:00')
  clock.follow([cronOf('@every 2m')], at('09:00:30'))
  expect(clockTime(clock.nextMs!)).toBe('09:02:30')
  clock.follow([], at('09:00:30'))
  expect(clock.nextMs).toBeUndefined()
})

test('what was missed is gone, unless the trigger wants the last one', () => {
  const last = at('07:00:00')
  const none = open(last)
  none.follow([cronOf('@hourly')], at('09:30:00'))
  expect(ticks(none, at('09:30:00'))).toEqual([])
  const one = open(last)
  one.follow([cronOf('@hourly', { catch_up: 'last' })], at('09:30:00'))
  expect(ticks(one, at('09:30:00'))).toEqual(['08:00:00'])
  expect(clockTime(one.nextMs!)).toBe('10:00:00')
  const fresh = open(undefined)
  fresh.follow([cronOf('@hourly', { catch_up: 'last' })], at('09:30:00'))
  expect(ticks(fresh, at('09:30:00'))).toEqual([])
})

test('chance moves the run, not the tick', () => {
  const clock = open(undefined, 0.5)
  clock.follow([cronOf('@hourly', { jitter_seconds: 60 })], at('09:30:00'))
  const [fire] = clock.take(at('10:00:00'))
  expect(clockTime(fire!.tick)).toBe('10:00:00')
  expect(clockTime(fire!.dueMs)).toBe('10:00:30')
})

test('paused and impossible schedules never fire', () => {
  const clock = open()
  clock.follow(
    [cronOf('* * * * *', { enabled: false }), cronOf('0 0 30 2 *', {}, 'y')],
    at('09:00:00'),
  )
  expect(clock.nextMs).toBeUndefined()
})

test('a time zone of the trigger decides', () => {
  const clock = open()
  clock.follow([cronOf('0 12 * * *', { timezone: 'Asia/Tokyo' })], at('00:00:00'))
  expect(clockTime(clock.nextMs!)).toBe('03:00:00')
})
