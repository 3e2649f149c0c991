import { describe, expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'

const hello = (): Home =>
  homeWith({ buttons: { a: 'echo A', b: 'echo B', bad: 'echo no >&2; exit 3' } })
const records = (home: Home, name: string) =>
  home.list(`data/buttons/${name}/pressed`).filter((file) => file.endsWith('.json'))

/** What an item of the answer says about its end. */
interface Ended {
  result?: { status: string }
  skipped?: true
}

test('each name has its own result, in the order of the names', async () => {
  const home = hello()
  await buttons('smash b a')
    .in(home)
    .expect({
      json: {
        ok: true,
        data: {
          results: [
            { button: 'b', result: expect.objectContaining({ status: 'ok', stdout: 'B\n' }) },
            { button: 'a', result: expect.objectContaining({ status: 'ok', stdout: 'A\n' }) },
          ],
          total: 2,
          failures: 0,
        },
      },
    })
  expect([records(home, 'a'), records(home, 'b')].map((list) => list.length)).toEqual([1, 1])
})

test.each([
  [
    ['a,b', 'a'],
    ['a', 'b', 'a'],
  ],
  [['a, b ,a b'], ['a', 'b', 'a', 'b']],
  [['a,,b,'], ['a', 'b']],
])('%j names %j', async (words, names) => {
  const { results } = await buttons('smash', ...words)
    .in(hello())
    .data<{ results: { button: string }[] }>()
  expect(results.map(({ button }) => button)).toEqual(names)
})

test.each([[[]], [['']], [[',,', ' ']]])('%j names nothing', async (words) => {
  await buttons('smash', ...words)
    .in(hello())
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /./ })
})

test('names that nobody knows and missing arguments are errors of their own', async () => {
  const home = homeWith({
    buttons: {
      a: 'echo A',
      needs: { code: 'true', spec: { args: [{ name: 'env', type: 'string', required: true }] } },
    },
  })
  await buttons('smash nobody needs a')
    .in(home)
    .expect({
      exit: 1,
      data: {
        results: [
          { button: 'nobody', error: expect.stringContaining('"nobody"') },
          { button: 'needs', error: expect.stringContaining('"env"') },
          { button: 'a', result: expect.objectContaining({ status: 'ok' }) },
        ],
        total: 3,
        failures: 2,
      },
    })
  expect(records(home, 'needs')).toEqual([])
})

test('a failing press fails the command but not the others', async () => {
  const { stdout } = await buttons('smash bad a --concurrency 1')
    .in(hello())
    .expect({ exit: 1, data: { failures: 1, total: 2 } })
  expect(JSON.parse(stdout).data.results[0].result).toMatchObject({
    status: 'error',
    exit_code: 3,
    stderr: 'no\n',
  })
})

describe('with --on-failure stop', () => {
  test('what has not begun is skipped without a record', async () => {
    const home = hello()
    await buttons('smash bad a b --on-failure stop --concurrency 1')
      .in(home)
      .expect({
        exit: 1,
        data: {
          results: [
            { button: 'bad', result: expect.objectContaining({ status: 'error' }) },
            { button: 'a', skipped: true },
            { button: 'b', skipped: true },
          ],
          total: 3,
          failures: 1,
        },
      })
    expect(records(home, 'a')).toEqual([])
  })

  test('what runs is cancelled and recorded as such', async () => {
    const home = homeWith({
      buttons: {
        long: 'echo x > started; exec sleep 60',
        bad: 'while [ ! -e started ]; do sleep 0.01; done; exit 1',
      },
    })
    const { stdout } = await buttons('smash long bad --on-failure stop --concurrency 2')
      .in(home)
      .expect({ exit: 1, data: { failures: 2 } })
    expect(JSON.parse(stdout).data.results[0].result).toMatchObject({
      status: 'cancelled',
      error_type: 'CANCELLED',
    })
    expect(records(home, 'long')).toHaveLength(1)
  })

  test('who waits in a queue is skipped', async () => {
    const queue = { name: 'q', concurrency: 1 }
    const home = homeWith({
      buttons: {
        // Whichever comes first holds the slot, the other waits.
        one: { code: 'echo x > started; exec sleep 60', spec: { queue } },
        other: { code: 'echo x > started; exec sleep 60', spec: { queue } },
        bad: `while [ ! -e started ] || [ -z "$(ls "$BUTTONS_HOME/queues/q/waiting/"*.ticket)" ]; do sleep 0.01; done; exit 1`,
      },
    })
    const { stdout } = await buttons('smash one other bad --on-failure stop --concurrency 3')
      .in(home)
      .expect({ exit: 1, data: { failures: 2 } })
    const { results } = JSON.parse(stdout).data as { results: Ended[] }
    expect(results[2]!.result?.status).toBe('error')
    const ends = results.slice(0, 2).map(({ result, skipped }) => result?.status ?? skipped)
    expect(ends.sort()).toEqual(['cancelled', true])
    expect(home.list('data/queues/q/waiting')).toEqual(['door.lock'])
  })

  test('another word is refused', async () => {
    await buttons('smash a --on-failure maybe')
      .in(hello())
      .expect({
        error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('"maybe"') },
        stderr: /./,
      })
  })
})

test('no more run at once than allowed', async () => {
  const home = homeWith({
    buttons: { job: 'echo begin >> ledger; sleep 0.02; echo end >> ledger' },
  })
  await buttons('smash job,job,job,job --concurrency 1').in(home).data()
  expect(home.read('work/ledger')).toBe('begin\nend\n'.repeat(4))
})

test('presses go through their queues, and give their slot back when recorded', async () => {
  const queue = { name: 'q', concurrency: 1 }
  const home = homeWith({
    buttons: {
      job: { code: 'echo begin >> ledger; sleep 0.02; echo end >> ledger', spec: { queue } },
    },
  })
  await buttons('smash job,job,job,job --concurrency 4')
    .in(home)
    .expect({ data: { failures: 0 } })
  expect(home.read('work/ledger')).toBe('begin\nend\n'.repeat(4))
})

test('instructions are attached as in any press', async () => {
  const home = homeWith({ buttons: { a: { code: 'true', instructions: 'Look at the output\n' } } })
  const { results } = await buttons('smash a').in(home).data<{ results: { result: object }[] }>()
  expect(results[0]!.result).toMatchObject({ prompt: 'Look at the output' })
})

test('--timeout overrides that of each button', async () => {
  const home = homeWith({ buttons: { long: 'exec sleep 60' } })
  const { stdout } = await buttons('smash long --timeout 1')
    .in(home)
    .expect({ exit: 1, data: { failures: 1 } })
  expect(JSON.parse(stdout).data.results[0].result).toMatchObject({
    status: 'timeout',
    error_type: 'TIMEOUT',
  })
})

test('--summary tells what would run and what could not, and runs nothing', async () => {
  const home = hello()
  await buttons('smash a,nobody --concurrency 9 --timeout 5 --summary')
    .in(home)
    .expect({
      data: {
        summary: true,
        executed: false,
        command: 'smash',
        would: {
          concurrency: 9,
          on_failure: 'continue',
          presses: [
            { button: 'a', runtime: 'shell', timeout: 5 },
            { button: 'nobody', error: expect.stringContaining('"nobody"') },
          ],
        },
      },
    })
  expect(records(home, 'a')).toEqual([])
})

test('in text mode each press has a line and its output', async () => {
  const { stdout } = await buttons('smash a nobody bad').in(hello()).onTerminal()
  const plain = Bun.stripANSI(stdout)
  expect(plain).toMatch(
    /^✓ a \(\d+ms, exit 0\)\nA\n✗ Cannot press "nobody".*\n✗ bad error \(\d+ms, exit 3\)\nno\n✗ 2 of 3 failed\n$/,
  )
})

test('an interrupt cancels what runs and skips the rest', async () => {
  const home = homeWith({ buttons: { long: 'echo $$ > started; exec sleep 60', other: 'true' } })
  const running = start(home, 'smash long other --concurrency 1')
  const pid = Number(
    await until(() => home.list('work').includes('started') && home.read('work/started').trim()),
  )
  running.kill('SIGINT')
  const { exit, stdout } = await running.finished
  expect(exit).toBe(130)
  expect(JSON.parse(stdout).data.results).toEqual([
    { button: 'long', result: expect.objectContaining({ status: 'cancelled' }) },
    { button: 'other', skipped: true },
  ])
  expect(() => process.kill(pid, 0)).toThrow()
})
