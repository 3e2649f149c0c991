import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { openEngine } from '../helpers/engine.ts'
import { homeWith } from '../helpers/home.ts'

const output_schema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' } },
}
const printing = (stdout: string, spec: Record<string, unknown> = { output_schema }) =>
  homeWith({ buttons: { job: { code: `printf '%s' '${stdout}'; echo note >&2`, spec } } })

test('an output that fits is reported as such', async () => {
  const result = await openEngine(printing('{"id":1}')).press({ name: 'job' })
  expect(result).toMatchObject({ status: 'ok', output_valid: true })
  expect(result).not.toHaveProperty('output_problems')
})

test('an output that does not fit is reported with its problems, and stays ok', async () => {
  const result = await openEngine(printing('{"id":"x"}')).press({ name: 'job' })
  expect(result).toMatchObject({
    status: 'ok',
    output_valid: false,
    output_problems: ['id must be integer'],
  })
})

test('without a schema nothing is reported', async () => {
  const result = await openEngine(printing('{}', {})).press({ name: 'job', checkOutput: true })
  expect(result.status).toBe('ok')
  expect(result).not.toHaveProperty('output_valid')
})

test('a press that failed is not checked', async () => {
  const home = homeWith({ buttons: { job: { code: 'exit 3', spec: { output_schema } } } })
  const result = await openEngine(home).press({ name: 'job', checkOutput: true })
  expect(result).toMatchObject({ status: 'error', error_type: 'SCRIPT_ERROR' })
  expect(result).not.toHaveProperty('output_valid')
})

test('--check-output fails the press, says why and records it so', async () => {
  const home = printing('{"id":"x"}')
  const stderr = 'note\noutput_schema: id must be integer'
  await buttons('press job --check-output')
    .in(home)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: stderr },
      data: { status: 'error', exit_code: 0, stdout: '{"id":"x"}', stderr, output_valid: false },
    })
  const pressed = home.list('data/buttons/job/pressed').find((name) => name.endsWith('.json'))!
  expect(JSON.parse(home.read(`data/buttons/job/pressed/${pressed}`))).toMatchObject({
    status: 'error',
    error_type: 'VALIDATION_ERROR',
    stderr,
  })
})

test('--check-output passes an output that fits', async () => {
  await buttons('press job --check-output')
    .in(printing('{"id":1}'))
    .expect({ data: { status: 'ok', output_valid: true } })
})

test('on a terminal the problems stand below the line about the press', async () => {
  const home = printing('{"id":"x"}')
  const plain = async (line: string) =>
    Bun.stripANSI((await buttons(line).in(home).onTerminal()).stdout)
  expect(await plain('press job')).toEndWith('exit 0)\noutput_schema: id must be integer\n')
  expect(await plain('press job --check-output')).toMatch(
    /✗ job \(\d+ms, .*\)\noutput_schema: id must be integer\n$/,
  )
})

test('an output that does not fit is not stored for its key when it was to be checked', async () => {
  const home = printing('{"id":"x"}')
  const engine = openEngine(home)
  await engine.press({ name: 'job', idempotencyKey: 'k', checkOutput: true })
  expect(home.list('data/idempotency')).toEqual([])
})

test('a stored answer that does not fit fails a press that asks for a fitting one', async () => {
  const engine = openEngine(printing('{"id":"x"}'))
  await engine.press({ name: 'job', idempotencyKey: 'k' })
  const again = await engine.press({ name: 'job', idempotencyKey: 'k', checkOutput: true })
  expect(again).toMatchObject({ cached: true, status: 'error', error_type: 'VALIDATION_ERROR' })
})

test('a schema that cannot be used makes no press fail by itself', async () => {
  const home = printing('{"id":1}', { output_schema: { $ref: '#/nowhere' } })
  const result = await openEngine(home).press({ name: 'job' })
  expect(result).toMatchObject({ status: 'ok', output_valid: false })
  expect(result.output_problems).toEqual(['the schema cannot be used: Unresolved $ref "#/nowhere"'])
})
