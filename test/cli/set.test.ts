import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'

const home = () =>
  homeWith({
    buttons: {
      x: { code: 'echo "$GREETING $BUTTONS_ARG_WHO"', spec: { future: { kept: true }, env: {} } },
    },
  })

test('several fields are set at once, and a press uses them', async () => {
  const here = home()
  await buttons(
    'set',
    'X',
    'description=Says hello',
    'tags=a,b',
    'env.GREETING=hello',
    'args.0=who:enum:required:me|you',
    'output_schema.type=string',
    'queue.name=q',
  )
    .in(here)
    .expect({
      json: {
        ok: true,
        data: {
          ok: true,
          button: 'x',
          set: 6,
          paths: [
            'description',
            'tags',
            'env.GREETING',
            'args.0',
            'output_schema.type',
            'queue.name',
          ],
        },
      },
    })
  const file = JSON.parse(here.read('data/buttons/x/button.json')) as Record<string, string>
  expect(file).toMatchObject({
    description: 'Says hello',
    tags: ['a', 'b'],
    env: { GREETING: 'hello' },
    output_schema: { type: 'string' },
    queue: { name: 'q' },
    future: { kept: true },
    created_at: '2026-05-02T09:00:00.000Z',
  })
  expect(file['updated_at']! > file['created_at']!).toBe(true)
  expect(statSync(join(here.data, 'buttons/x/button.json')).mode & 0o777).toBe(0o600)
  await buttons('press x --arg who=you')
    .in(here)
    .expect({ data: { stdout: 'hello you\n' } })
  await buttons('press x')
    .in(here)
    .expect({ error: { code: 'MISSING_ARG' } })
})

test('one bad pair leaves the file as it was, to the byte', async () => {
  const here = home()
  const before = here.read('data/buttons/x/button.json')
  await buttons('set x pinned=true timeout_seconds=-1')
    .in(here)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('"timeout_seconds"') },
    })
  expect(here.read('data/buttons/x/button.json')).toBe(before)
  expect(here.list('data/buttons/x').filter((name) => name.startsWith('.'))).toEqual([])
})

test.each(['env.BUN_BE_BUN=1', 'env.LD_PRELOAD=/x', 'env.DYLD_X=1', 'env.NODE_OPTIONS=-r/x'])(
  '%s is refused',
  async (word) => {
    const here = home()
    await buttons(`set x ${word}`)
      .in(here)
      .expect({ error: { code: 'VALIDATION_ERROR' } })
  },
)

test('an unknown button, no pairs and a malformed pair are refused', async () => {
  const here = home()
  await buttons('set y pinned=true')
    .in(here)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('set x')
    .in(here)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('at least') },
      stderr: /at least/,
    })
  await buttons('set x pinned')
    .in(here)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('KEY=VALUE') },
    })
})

test('two changes at once are both made', async () => {
  const here = home()
  await Promise.all([
    buttons('set x env.A=1')
      .in(here)
      .expect({ data: { set: 1 } }),
    buttons('set x env.B=2')
      .in(here)
      .expect({ data: { set: 1 } }),
    buttons('set x env.C=3')
      .in(here)
      .expect({ data: { set: 1 } }),
  ])
  expect(JSON.parse(here.read('data/buttons/x/button.json'))).toMatchObject({
    env: { A: '1', B: '2', C: '3' },
  })
})

test('--summary checks and changes nothing', async () => {
  const here = home()
  const before = here.read('data/buttons/x/button.json')
  await buttons('set x pinned=true --summary')
    .in(here)
    .expect({ data: { executed: false, would: { button: 'x', paths: ['pinned'] } } })
  await buttons('set x pinned=5 --summary')
    .in(here)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  expect(here.read('data/buttons/x/button.json')).toBe(before)
})
