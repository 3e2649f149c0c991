// Paths: which may be asked for, who gets one that several want, and what is on disk already.

import { expect, test } from 'bun:test'
import { collectTriggers } from '#core/trigger/collect.ts'
import { checkWebhookPath, isReservedPath } from '#core/webhook/path.ts'
import { buildRoutes, findOwner } from '#core/webhook/routes.ts'
import type { Button, ButtonTrigger } from '#spec/button.ts'
import { Failure } from '#spec/errors.ts'
import { drawerOf } from '../../helpers/drawers.ts'

test.each(['/x', '/a/b', '/a/', '/a%2Fb', '/apify', '/ä'])('%s may be asked for', (path) => {
  expect(checkWebhookPath(path)).toBe(path)
})

test.each([
  ['hooks/x', 'VALIDATION_ERROR'],
  ['/a?b', 'VALIDATION_ERROR'],
  ['/a#b', 'VALIDATION_ERROR'],
  ['/{x}', 'VALIDATION_ERROR'],
  ['/a/*', 'VALIDATION_ERROR'],
  ['/a//b', 'VALIDATION_ERROR'],
  ['/a/../b', 'VALIDATION_ERROR'],
  ['/./a', 'VALIDATION_ERROR'],
  ['/a\nb', 'VALIDATION_ERROR'],
  [`/${'x'.repeat(512)}`, 'VALIDATION_ERROR'],
  ['/healthz', 'TRIGGER_PATH_RESERVED'],
  ['/wake', 'TRIGGER_PATH_RESERVED'],
  ['/api/buttons/x/press', 'TRIGGER_PATH_RESERVED'],
  ['/v1/meta', 'TRIGGER_PATH_RESERVED'],
  ['/.well-known/x', 'TRIGGER_PATH_RESERVED'],
])('%p is refused', (path, code) => {
  let error: unknown
  try {
    checkWebhookPath(path)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(Failure)
  expect((error as Failure).code).toBe(code as Failure['code'])
})

function buttonOf(name: string, ...triggers: Partial<ButtonTrigger>[]): Button {
  const created_at = '2026-05-02T09:00:00Z'
  return {
    schema_version: 2,
    name,
    runtime: 'shell',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    triggers: triggers.map((trigger, index) => ({
      id: `0000000${index}`,
      kind: 'webhook',
      created_at,
      ...trigger,
    })),
    created_at,
    updated_at: created_at,
  }
}

const hook = (path: string) => ({ triggers: [{ kind: 'webhook', path }] })

test('drawers come before buttons, then names decide, and the others are told', () => {
  const drawers = [drawerOf(hook('/x'), 'zebra')]
  const buttons = [
    buttonOf('ant', { path: '/x' }, { path: '/y' }),
    buttonOf('bee', { path: '/y' }, { path: '/api/buttons/x/press' }),
  ]
  const { routes, shadowed } = buildRoutes(collectTriggers(drawers, buttons).triggers)
  expect([...routes].map(([path, { target }]) => [path, target.name])).toEqual([
    ['/x', 'zebra'],
    ['/y', 'ant'],
  ])
  expect(shadowed.map(({ trigger, why }) => [trigger.target.name, trigger.path, why])).toEqual([
    ['ant', '/x', 'drawer "zebra" has it already'],
    ['bee', '/y', 'button "ant" has it already'],
    ['bee', '/api/buttons/x/press', 'the server needs the path itself'],
  ])
})

test('a listener reserves less', () => {
  const { triggers } = collectTriggers([drawerOf(hook('/wake'))], [])
  expect(buildRoutes(triggers).routes.size).toBe(0)
  expect(buildRoutes(triggers, (path) => path === '/healthz').routes.size).toBe(1)
  expect(isReservedPath('/healthz')).toBe(true)
})

test('a path has an owner, unless that is who asks', () => {
  const { triggers } = collectTriggers(
    [drawerOf(hook('/x'), 'one')],
    [buttonOf('one', { path: '/y' })],
  )
  expect(findOwner('/x', { kind: 'drawer', name: 'one' }, triggers)).toBeUndefined()
  expect(findOwner('/x', { kind: 'button', name: 'one' }, triggers)).toEqual({
    kind: 'drawer',
    name: 'one',
  })
  expect(findOwner('/z', { kind: 'button', name: 'two' }, triggers)).toBeUndefined()
})

const broken: [string, object, RegExp][] = [
  ['a schedule', { kind: 'cron', schedule: 'not a cron' }, /as a schedule/],
  ['no schedule', { kind: 'cron' }, /as a schedule/],
  ['a zone', { kind: 'cron', schedule: '@daily', timezone: 'Mars/Base' }, /no time zone/],
  ['nothing to watch', { kind: 'watch' }, /nothing to watch/],
  ['a path', { kind: 'webhook', path: 'x' }, /start with/],
  ['a filter', { kind: 'webhook', path: '/x', filter: 'a ==' }, /filter/],
  ['a type', { kind: 'webhook', path: '/x', concurrency: 'many' }, /concurrency/],
  ['a mapping', { kind: 'webhook', path: '/x', map_body: true, args: { a: '${webhook.}' } }, /./],
  ['a kind', { kind: 'nope' }, /unknown kind/],
]
test.each(broken)('a trigger broken by %s is left out and told', (_, trigger, why) => {
  const { triggers, problems } = collectTriggers(
    [],
    [buttonOf('ant', trigger), buttonOf('bee', { kind: 'cron', schedule: '@daily' })],
  )
  expect(triggers.map(({ target }) => target.name)).toEqual(['bee'])
  expect(problems).toEqual([
    { target: { kind: 'button', name: 'ant' }, id: '00000000', why: expect.stringMatching(why) },
  ])
})

test('drawers have schedules and watches, too; what they call otherwise does nothing', () => {
  const drawer = drawerOf({
    triggers: [
      { kind: 'cron', schedule: '@daily', inputs: { a: 1 } },
      { kind: 'file', path: './x' },
      { kind: 'mcp' },
    ],
  })
  const { triggers, problems } = collectTriggers([drawer], [])
  expect(problems).toEqual([])
  expect(triggers.map(({ kind, lane, inputs }) => [kind, lane, inputs])).toEqual([
    ['cron', 'drawer/main/cron:@daily', { a: 1 }],
    ['watch', 'drawer/main/watch:./x', {}],
  ])
})
