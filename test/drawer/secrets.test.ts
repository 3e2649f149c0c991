import { expect, test } from 'bun:test'
import { makeDrawerRecord } from '#core/drawer/run/record.ts'
import { openSecrets } from '#core/drawer/run/secrets.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { limits } from '#spec/limits.ts'
import { openDrawerEngine } from '../helpers/drawerEngine.ts'

const plain = (text: string) => text

test('what is secret stays out of every record, and in the result', async () => {
  const secretInput = [{ name: 'tok', type: 'string', secret: true }]
  const engine = openDrawerEngine({
    batteries: { KEY: 'battery-value' },
    drawers: {
      main: {
        inputs: secretInput,
        on_error: { drawer: 'rescue', with: { note: 'for ${error.message}' } },
        steps: [
          { id: 'a', button: 'show', args: { text: 'Bearer ${inputs.tok}' } },
          {
            id: 'sub',
            kind: 'drawer',
            drawer: 'child',
            args: { other: '${inputs.tok}', pin: 'child-secret' },
          },
        ],
      },
      child: {
        inputs: [{ name: 'pin', type: 'string', secret: true }],
        steps: [
          { id: 'b', button: 'show', args: { key: 'arg-secret', text: '${inputs.other}' } },
          { id: 'c', button: 'fail' },
        ],
      },
      rescue: { steps: [{ id: 'r', button: 'show', args: { text: '${inputs.note}' } }] },
    },
    buttons: {
      show: { args: [{ name: 'key', type: 'string', required: false, secret: true }] },
      fail: {},
    },
    press: ({ name, args }) =>
      name === 'fail'
        ? {
            status: 'error',
            exit_code: 1,
            stderr: 'sesame-word battery-value child-secret',
            error_type: 'SCRIPT_ERROR',
          }
        : { stdout: JSON.stringify({ ...args, line: 'say "sesame-word"\nbattery-value' }) },
  })
  const result = await engine.press('main', { inputs: { tok: 'sesame-word' } })
  expect(result.inputs).toEqual({ tok: 'sesame-word' })
  expect(result.steps[0]!.args).toEqual({ text: 'Bearer sesame-word' })
  const kept = JSON.stringify(engine.records)
  for (const secret of ['sesame-word', 'battery-value', 'child-secret', 'arg-secret'])
    expect(kept).not.toContain(secret)
  expect(engine.records.map(({ drawer_name }) => drawer_name)).toEqual(['child', 'main', 'rescue'])
  expect(engine.records[1]).toMatchObject({
    inputs: { tok: '[redacted]' },
    steps: [{ id: 'a', args: { text: 'Bearer [redacted]' } }, { id: 'sub' }],
  })
  // The handler is told no secret either.
  expect(engine.presses.at(-1)!.args['text']).not.toContain('sesame-word')
})

test('secrets hide in numbers, keys and escaped texts as well', () => {
  const { add, redact } = openSecrets([])
  add({ deep: [123456], text: 'line one\nline two' })
  const record = makeDrawerRecord({
    result: resultWith({
      output: { 'a 123456': [123456, 12], text: '{"x":"line one\\nline two"}' },
    }),
    secretInputs: [],
    redact,
  })
  expect(record.steps[0]!['output']).toEqual({
    'a [redacted]': ['[redacted]', 12],
    text: '{"x":"[redacted]"}',
  })
})

function resultWith(step: object): DrawerResult {
  return {
    run_id: '0123456789abcdef',
    drawer: 'main',
    status: 'ok',
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:01.000Z',
    duration_ms: 1000,
    steps: [{ id: 'ok', status: 'ok', exit_code: 0, duration_ms: 1, ...step }],
  }
}

test('a secret input is hidden whatever it is', () => {
  const record = makeDrawerRecord({
    result: { ...resultWith({}), inputs: { on: true, pin: 7, list: ['a'], shown: true } },
    secretInputs: ['on', 'pin', 'list'],
    redact: plain,
  })
  const hidden = '[redacted]'
  expect(record.inputs).toEqual({ on: hidden, pin: hidden, list: hidden, shown: true })
})

test('a short secret does not hide the facts of a record', () => {
  const { add, redact } = openSecrets([])
  add('ok')
  const record = makeDrawerRecord({
    result: resultWith({ output: 'ok' }),
    secretInputs: [],
    redact,
  })
  expect(record).toMatchObject({
    status: 'ok',
    steps: [{ id: 'ok', status: 'ok', output: '[redacted]' }],
  })
})

test('records cut streams and drop outputs that are too large; the result keeps them', () => {
  const stdout = 'x'.repeat(limits.recordStreamBytes + 5)
  const result = resultWith({ stdout, output: 'y'.repeat(limits.recordOutputBytes) })
  const record = makeDrawerRecord({ result, secretInputs: [], redact: plain })
  expect(record.steps[0]).toMatchObject({ output_truncated: true })
  expect(record.steps[0]).not.toHaveProperty('output')
  const kept = record.steps[0]!['stdout'] as string
  expect(kept.endsWith('x\n[truncated]')).toBe(true)
  expect(result.steps[0]!.stdout).toBe(stdout)
})

test('a record of very many long streams can still be read', () => {
  const long = 'z'.repeat(limits.recordStreamBytes)
  const result = resultWith({})
  result.steps = Array.from({ length: 60 }, () => ({ ...result.steps[0]!, stdout: long }))
  const record = makeDrawerRecord({ result, secretInputs: [], redact: plain })
  expect(JSON.stringify(record).length).toBeLessThan(limits.jsonFileBytes)
})

test('what a cut would leave of a secret is gone before the cut', () => {
  const { add, redact } = openSecrets([])
  add('sesame-word')
  const stdout = `${'x'.repeat(limits.recordStreamBytes - 6)}sesame-word`
  const record = makeDrawerRecord({ result: resultWith({ stdout }), secretInputs: [], redact })
  expect(JSON.stringify(record)).not.toContain('sesame')
})
