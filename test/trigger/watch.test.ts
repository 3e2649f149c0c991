// Watches: what they see, and when that is worth a run.

import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { openBunHost } from '#host/bun.ts'
import { globRoot, isGlob, matchesGlob } from '#core/trigger/glob.ts'
import type { HostedTrigger } from '#core/trigger/hosted.ts'
import type { TriggerSettings } from '#spec/webhook.ts'
import { look } from '#trigger/look.ts'
import { openWatches } from '#trigger/watch.ts'
import { emptyHome } from '../helpers/home.ts'

function watchOf(path: string, settings: TriggerSettings = {}): HostedTrigger {
  return {
    lane: path,
    target: { kind: 'button', name: 'b' },
    id: '1',
    kind: 'watch',
    path,
    settings,
    token: undefined,
    args: {},
    mapBody: false,
    inputs: {},
  }
}

function open(settings: TriggerSettings = {}) {
  let [seen, busy, now] = ['' as string | undefined, false, 0]
  const watches = openWatches({ look: () => seen, isBusy: () => busy })
  watches.follow([watchOf('x', settings)])
  return {
    see: (text: string | undefined) => (seen = text),
    work: (on: boolean) => (busy = on),
    fires: (passMs = 500) => watches.look((now += passMs)).length,
    watches,
  }
}

test('what is there at first is the baseline; a change fires once', () => {
  const { see, fires } = open()
  see('1')
  expect(fires()).toBe(0)
  expect(fires()).toBe(0)
  see('2')
  expect(fires()).toBe(1)
  expect(fires()).toBe(0)
})

test('a file that comes later is waited for, and its first sight fires nothing', () => {
  const { see, fires } = open()
  see(undefined)
  expect(fires()).toBe(0)
  see('1')
  expect(fires()).toBe(0)
  see('2')
  expect(fires()).toBe(1)
})

test('a file that is away for a while fires only when it comes back different', () => {
  const { see, fires } = open()
  see('1')
  fires()
  see(undefined)
  expect(fires()).toBe(0)
  see('1')
  expect(fires()).toBe(0)
  see(undefined)
  fires()
  see('2')
  expect(fires()).toBe(1)
})

test('changes during a run make one further fire', () => {
  const { see, work, fires } = open()
  see('1')
  fires()
  see('2')
  expect(fires()).toBe(1)
  work(true)
  for (const text of ['3', '4', '5']) {
    see(text)
    expect(fires()).toBe(0)
  }
  work(false)
  expect(fires()).toBe(1)
  expect(fires()).toBe(0)
})

test('a watch that may overlap does', () => {
  const { see, work, fires } = open({ overlap: 'allow' })
  see('1')
  fires()
  work(true)
  see('2')
  expect(fires()).toBe(1)
})

test('a watch waits for quiet', () => {
  const { see, fires } = open({ debounce_ms: 1200 })
  see('1')
  fires()
  for (const text of ['2', '3', '4']) {
    see(text)
    expect(fires()).toBe(0)
  }
  expect(fires()).toBe(0)
  expect(fires()).toBe(0)
  expect(fires()).toBe(1)
})

test('paused ones do not look; others keep what they know when triggers change', () => {
  const { see, fires, watches } = open()
  see('1')
  fires()
  watches.follow([watchOf('x', { debounce_ms: 0 })])
  see('2')
  expect(fires()).toBe(1)
  watches.follow([watchOf('x', { enabled: false })])
  expect(watches.count).toBe(0)
})

test('a file is seen by its time and size, a directory by all below it, a pattern by what it means', () => {
  const home = emptyHome()
  const { files } = openBunHost()
  const see = (path: string) => look(path, home.cwd, files)
  expect(see('a.json')).toBeUndefined()
  home.write('work/a.json', '1')
  const [file, folder, pattern] = [see('a.json'), see('.'), see('src/**/*.ts')]
  expect(file).toBeString()
  expect(pattern).toBeUndefined()
  home.write('work/src/deep/x.ts', '1')
  const code = see('src/**/*.ts')
  expect(code).toContain('deep/x.ts')
  home.write('work/src/deep/x.md', '1')
  expect(see('src/**/*.ts')).toBe(code!)
  expect(see('.')).not.toBe(folder!)
  expect(see(join(home.cwd, 'a.json'))).toBe(file!)
  home.write('work/src/deep/x.ts', '12')
  expect(see('src/**/*.ts')).not.toBe(code!)
  rmSync(join(home.cwd, 'src'), { recursive: true })
  expect(see('src/**/*.ts')).toBeUndefined()
})

test.each([
  ['src/*.ts', 'src', 'a.ts', true],
  ['src/*.ts', 'src', 'a/b.ts', false],
  ['src/**/*.ts', 'src', 'b.ts', true],
  ['src/**/*.ts', 'src', 'a/b/c.ts', true],
  ['/var/**', '/var', 'x/y', true],
  ['*.js?n', '', 'a.json', true],
  ['*.js?n', '', 'a.jsn', false],
  ['a*b*c', '', 'axxbyybzc', true],
  ['**/x/**/y', '', 'x/y', true],
  ['**/x/**/y', '', 'a/x/b/c/y', true],
  ['**/x/**/y', '', 'a/b/y', false],
])('%s below %p and %s: %p', (pattern, root, path, matches) => {
  expect(isGlob(pattern)).toBe(true)
  expect(globRoot(pattern)).toBe(root)
  const rest = pattern.slice(root.length).split('/').filter(Boolean)
  expect(matchesGlob(rest, path.split('/'))).toBe(matches)
})

test('a path means itself, and two stars mean every path', () => {
  const segment = fc.stringMatching(/^[a-z.]{1,6}$/)
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (path) => {
      expect(matchesGlob(path, path)).toBe(true)
      expect(matchesGlob(['**'], path)).toBe(true)
      expect(matchesGlob([...path.slice(0, -1), '*'], path)).toBe(true)
      expect(matchesGlob([...path, 'x'], path)).toBe(false)
    }),
  )
})
