import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const helloSpec = {
  code: 'echo hi',
  spec: { args: [{ name: 'n', type: 'int', required: false }] },
}

/** A press of `hello` by itself, then one in a drawer, then one in a drawer inside a drawer. */
async function pressedThrice(): Promise<Home> {
  const home = homeWith({ buttons: { hello: helloSpec, other: 'echo no >&2; exit 3' } })
  writeDrawer(home, 'inner', { steps: [{ id: 'deep', button: 'hello', args: { n: 2 } }] })
  writeDrawer(home, 'outer', {
    steps: [
      { id: 'first', button: 'hello' },
      { id: 'pause', kind: 'wait', duration: '0s' },
      { id: 'sub', kind: 'drawer', drawer: 'inner' },
      { id: 'last', button: 'other' },
    ],
  })
  await buttons('press hello').in(home).data()
  await buttons('drawer outer press')
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR' } })
  return home
}

test('presses of drawers are in the history when all are asked for', async () => {
  const home = await pressedThrice()
  expect(await buttons('history hello').in(home).data()).toHaveLength(1)
  const all = await buttons('history hello --all').in(home).data<object[]>()
  expect(all).toHaveLength(3)
  expect(all).toMatchObject([
    { button: 'hello', drawer: 'inner', step: 'deep', status: 'ok', stdout: 'hi\n' },
    { button: 'hello', drawer: 'outer', step: 'first', status: 'ok', exit_code: 0 },
    { button: 'hello', status: 'ok' },
  ])
  expect(all[0]).toMatchObject({ args: { n: '2' } })
  expect(all[2]).not.toHaveProperty('drawer')
})

test('all presses of all buttons come newest first, as many as asked for', async () => {
  const home = await pressedThrice()
  const all = await buttons('history --all').in(home).data<object[]>()
  expect(all).toHaveLength(4)
  const two = await buttons('history --all --last 2').in(home).data<object[]>()
  expect(two).toEqual(all.slice(0, 2))
  expect(await buttons('history other --all').in(home).data()).toMatchObject([
    { step: 'last', status: 'error', exit_code: 3, error_type: 'SCRIPT_ERROR', stderr: 'no\n' },
  ])
})

test('many runs of drawers are looked through for a button that few of them press', async () => {
  const home = homeWith({ buttons: { rare: 'true', usual: 'true' } })
  writeDrawer(home, 'often', { steps: [] })
  writeDrawer(home, 'seldom', { steps: [{ id: 'r', button: 'rare' }] })
  await buttons('drawer seldom press').in(home).data()
  for (let i = 0; i < 60; i++) {
    const stem = `2099-01-01T00-00-${String(i).padStart(2, '0')}Z`
    const started_at = `2099-01-01T00:00:${String(i).padStart(2, '0')}Z`
    home.write(
      `data/drawers/often/pressed/${stem}.json`,
      JSON.stringify({
        drawer_name: 'often',
        run_id: String(i).padStart(16, '0'),
        started_at,
        finished_at: started_at,
        duration_ms: 1,
        status: 'ok',
        steps: [{ id: 'u', button: 'usual', status: 'ok', exit_code: 0, duration_ms: 1 }],
      }),
    )
  }
  expect(await buttons('history rare --all --last 1').in(home).data()).toMatchObject([
    { button: 'rare', drawer: 'seldom', step: 'r' },
  ])
  expect(await buttons('history usual --all --last 0').in(home).data()).toHaveLength(60)
})

/** A loop over three items, the last of which fails, with a choice inside, which has a loop. */
function writeNested(home: Home): void {
  const inmost = { id: 'again', kind: 'for_each', over: '${[1]}', as: 'one' }
  writeDrawer(home, 'nested', {
    steps: [
      {
        id: 'each',
        kind: 'for_each',
        over: '${[1, 2, 3]}',
        on_item_failure: 'continue',
        steps: [
          {
            id: 'choose',
            kind: 'switch',
            cases: [{ when: 'item == 3', id: 'three', steps: [{ id: 'bad', button: 'other' }] }],
            steps: [{ ...inmost, steps: [{ id: 'hi', button: 'hello' }] }],
          },
        ],
      },
      { id: 'after', button: 'hello' },
    ],
  })
}

test('presses inside loops and branches are in the history, too, by where they stand', async () => {
  const home = homeWith({ buttons: { hello: helloSpec, other: 'echo no >&2; exit 3' } })
  writeNested(home)
  const result = await buttons('drawer nested press').in(home).data<{ run_id: string }>()
  expect(result).not.toHaveProperty('inner_presses')
  const all = await buttons('history --all').in(home).data<{ step: string }[]>()
  expect(all.map(({ step }) => step)).toEqual([
    'each[2].choose.three.bad',
    'each[1].choose.default.again[0].hi',
    'each[0].choose.default.again[0].hi',
    'after',
  ])
  expect(all[0]).toMatchObject({
    button: 'other',
    drawer: 'nested',
    run_id: result.run_id,
    status: 'error',
    exit_code: 3,
    error_type: 'SCRIPT_ERROR',
  })
  expect(await buttons('history hello --all').in(home).data()).toHaveLength(3)
  expect(await buttons('history hello --all --last 2').in(home).data()).toHaveLength(2)
  expect(await buttons('history hello').in(home).data<object[]>()).toEqual([])
})

test('of a loop with very many presses the newest are in the record', async () => {
  const home = homeWith({
    buttons: { prompt: { spec: { runtime: 'prompt' }, instructions: 'Look' } },
  })
  const over = `\${[${Array.from({ length: 50 }, (_, n) => n).join()}]}`
  const inner = { id: 'in', kind: 'for_each', over, steps: [{ id: 'p', button: 'prompt' }] }
  writeDrawer(home, 'many', { steps: [{ id: 'out', kind: 'for_each', over, steps: [inner] }] })
  await buttons('drawer many press').in(home).data()
  const kept = await buttons('history prompt --all --last 0').in(home).data<{ step: string }[]>()
  expect(kept).toHaveLength(1000)
  expect([kept[0]!.step, kept.at(-1)!.step]).toEqual(['out[49].in[49].p', 'out[30].in[0].p'])
})
