// Another try at the run of a drawer. What retries of buttons reuse is in step.test.ts.

import { expect, test } from 'bun:test'
import type { DrawerResult } from '#spec/drawerPress.ts'
import type { RunDetails } from '#runs/show.ts'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { type Home } from '../helpers/home.ts'
import { activeIds, ledger, listRuns, runsHome } from '../helpers/runs.ts'
import { start, until } from '../helpers/program.ts'

const arg = (name: string, more: object = {}) => ({ name, type: 'string', ...more })

/** `note` writes down what it does; `fussy` fails until there is a file called fixed. */
function home(): Home {
  const said =
    'echo "$BUTTONS_STEP $BUTTONS_ARG_A" >> ledger; echo "$BUTTONS_IDEMPOTENCY_KEY" >> keys'
  const told = 'echo "{\\"did\\":\\"$BUTTONS_STEP\\",\\"a\\":\\"$BUTTONS_ARG_A\\"}"'
  const spec = { args: [arg('a')] }
  return runsHome({
    note: { code: `${said}; ${told}`, spec },
    fussy: { code: `${said}; test -e fixed && ${told}`, spec },
    tell: { code: 'echo "$BUTTONS_ARG_PASS"', spec: { args: [arg('pass')] } },
  })
}

const step = (id: string, button = 'note', args: object = {}) => ({ id, button, args })

async function fail(at: Home, ...line: string[]): Promise<DrawerResult> {
  const { exit, stdout } = await buttons(...line).in(at)
  expect(exit).toBe(1)
  return (JSON.parse(stdout) as { data: DrawerResult }).data
}

const did = (at: Home) => ledger(at).map((line) => line.trim())

test('a retry begins with the step that failed, and takes over what stands before it', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [step('a'), step('b', 'fussy', { a: '${a.output.did}' }), step('c')],
  })
  const first = await fail(at, 'drawer main press n=1')
  expect(did(at)).toEqual(['a', 'b a'])
  at.write('work/fixed', '')
  const again = await buttons('retry', first.run_id).in(at).data<DrawerResult>()
  expect(again).toMatchObject({ status: 'ok', inputs: { n: 1 } })
  expect(again.run_id).not.toBe(first.run_id)
  expect(again.steps).toMatchObject([
    { id: 'a', output: { did: 'a' }, reused_from: first.run_id },
    { id: 'b', output: { did: 'b', a: 'a' } },
    { id: 'c', output: { did: 'c' } },
  ])
  expect(did(at)).toEqual(['a', 'b a', 'b a', 'c'])
  // What failed may have had its effect: it is tried with the key it had.
  const [, before, after] = ledger(at, 'keys')
  expect(after).toBe(before!)
  const shown = await buttons('runs', 'show', again.run_id).in(at).data<RunDetails>()
  expect(shown).toMatchObject({ retry_of: first.run_id, record: { retry_of: first.run_id } })
})

test('a retry from a step does it and everything after it again', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b'), step('c')] })
  const { run_id } = await buttons('drawer main press').in(at).data<DrawerResult>()
  const again = await buttons('retry', run_id, '--from', 'b').in(at).data<DrawerResult>()
  expect(again.steps.map(({ reused_from }) => reused_from)).toEqual([run_id, undefined, undefined])
  expect(did(at)).toEqual(['a', 'b', 'c', 'b', 'c'])
  // It went well and is wanted once more: with keys of its own.
  expect(new Set(ledger(at, 'keys')).size).toBe(5)
  // A third one takes over from where it was really done.
  const third = await buttons('retry', again.run_id, '--from', 'c').in(at).data<DrawerResult>()
  expect(third.steps.map(({ reused_from }) => reused_from)).toEqual([
    run_id,
    again.run_id,
    undefined,
  ])
})

test('what went well is done whole again when no step is named', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b')] })
  const { run_id } = await buttons('drawer main press').in(at).data<DrawerResult>()
  await buttons('retry', run_id)
    .in(at)
    .expect({ data: { status: 'ok' } })
  expect(did(at)).toEqual(['a', 'b', 'a', 'b'])
})

test('side by side only what depends on the step is done again', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [step('a'), step('b'), step('c', 'note', { a: '${a.output.did}' })],
  })
  const { run_id } = await buttons('drawer main press --mode parallel').in(at).data<DrawerResult>()
  const again = await buttons('retry', run_id, '--from', 'a').in(at).data<DrawerResult>()
  expect(again.steps.map(({ reused_from }) => reused_from)).toEqual([undefined, run_id, undefined])
})

test('a changed input does again what reads it, and what comes after', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [step('x'), step('y', 'note', { a: '${inputs.env}' }), step('z', 'fussy')],
  })
  const { run_id } = await fail(at, 'drawer main press env=staging')
  at.write('work/fixed', '')
  for (const flag of ['--input', '--arg']) {
    const again = await buttons('retry', run_id, flag, 'env=prod').in(at).data<DrawerResult>()
    expect(again.inputs).toEqual({ env: 'prod' })
    expect(again.steps.map(({ reused_from }) => reused_from)).toEqual([
      run_id,
      undefined,
      undefined,
    ])
  }
  expect(did(at)).toEqual(['x', 'y staging', 'z', 'y prod', 'z', 'y prod', 'z'])
})

test('an input that a button is handed by its name counts as read', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [
      { id: 'x', button: 'tell' },
      { id: 'y', button: 'note' },
      step('z', 'fussy', { a: '1' }),
    ],
  })
  const { run_id } = await fail(at, 'drawer main press a=1')
  at.write('work/fixed', '')
  const again = await buttons('retry', run_id, '--input', 'a=2').in(at).data<DrawerResult>()
  expect(again.steps.map(({ reused_from }) => reused_from)).toEqual([run_id, undefined, undefined])
})

test('secrets are asked for again', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    inputs: [{ name: 'pass', type: 'string', secret: true }],
    steps: [{ id: 'x', button: 'tell' }, step('y'), step('z', 'fussy', { a: '${x.output}' })],
  })
  const { run_id } = await fail(at, 'drawer main press pass=swordfish')
  at.write('work/fixed', '')
  await buttons('retry', run_id)
    .in(at)
    .expect({
      error: {
        code: 'VALIDATION_ERROR',
        message: `Cannot retry run ${run_id}: input "pass" was not kept`,
        hint: 'It held a secret: give it again with --input pass=…',
      },
    })
  // Given again it is no change; but what a step gave of it was not kept either.
  await buttons('retry', run_id, '--input', 'pass=swordfish')
    .in(at)
    .expect({
      error: {
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining('the output of step "x" was not kept, it held a secret'),
        hint: `buttons retry ${run_id} --from x does that step again as well`,
      },
    })
  const again = await buttons('retry', run_id, '--input', 'pass=swordfish', '--from', 'x')
    .in(at)
    .data<DrawerResult>()
  expect(again).toMatchObject({ status: 'ok', steps: [{ output: 'swordfish\n' }, {}, {}] })
})

test('a secret that is given again does nothing again by itself', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    inputs: [{ name: 'a', type: 'string', secret: true }],
    steps: [step('x', 'note', { a: '${inputs.a}' }), step('y', 'fussy')],
  })
  const { run_id } = await fail(at, 'drawer main press a=swordfish')
  at.write('work/fixed', '')
  const again = await buttons('retry', run_id, '--input', 'a=swordfish').in(at).data<DrawerResult>()
  expect(again.steps.map(({ reused_from }) => reused_from)).toEqual([run_id, undefined])
})

test('an output that was not kept and is needed is told', async () => {
  const at = home()
  at.write('data/batteries.json', JSON.stringify({ version: 1, batteries: {} }))
  await buttons('batteries', 'set', 'TOKEN', '--stdin').stdin('hunter2-hunter2').in(at)
  writeDrawer(at, 'main', {
    steps: [
      step('x', 'note', { a: 'hunter2-hunter2' }),
      step('y', 'fussy', { a: '${x.output.a}' }),
    ],
  })
  const { run_id } = await fail(at, 'drawer main press')
  at.write('work/fixed', '')
  await buttons('retry', run_id)
    .in(at)
    .expect({
      error: {
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining('the output of step "x" was not kept'),
      },
    })
  await buttons('retry', run_id, '--from', 'x')
    .in(at)
    .expect({ data: { status: 'ok' } })
})

test('an interrupted run is over once it is retried, and gives what it had done', async () => {
  const at = home()
  at.write(
    'data/buttons/gate/button.json',
    at.read('data/buttons/tell/button.json').replaceAll('tell', 'gate'),
  )
  at.write(
    'data/buttons/gate/main.sh',
    'touch here; while [ ! -e fixed ]; do sleep 0.02; done',
    0o700,
  )
  writeDrawer(at, 'main', {
    inputs: [{ name: 'pass', type: 'string', secret: true }],
    steps: [
      { id: 'x', button: 'tell' },
      step('y', 'gate'),
      step('z', 'note', { a: '${x.output}' }),
    ],
  })
  const press = start(at, 'drawer main press pass=swordfish')
  await until(() => at.list('work').includes('here'))
  press.kill()
  await press.finished
  const [id] = activeIds(at)
  at.write('work/fixed', '')
  const again = await buttons('retry', id!).in(at).data<DrawerResult>()
  expect(again.steps).toMatchObject([
    { id: 'x', output: 'swordfish\n', reused_from: id },
    { id: 'y', status: 'ok' },
    { id: 'z', status: 'ok' },
  ])
  expect(await listRuns(at)).toMatchObject([
    { run_id: again.run_id, status: 'ok' },
    { run_id: id, status: 'interrupted' },
  ])
  expect(at.list('data/active')).toEqual([])
})

test('a retry goes on apart from the caller, and can be resumed itself', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'fussy')] })
  const { run_id } = await fail(at, 'drawer main press')
  at.write('work/fixed', '')
  const { run_id: second } = await buttons('retry', run_id, '--detach')
    .in(at)
    .data<{ run_id: string }>()
  const waited = await buttons('wait', second).in(at).data<DrawerResult>()
  expect(waited.steps).toMatchObject([
    { id: 'a', reused_from: run_id },
    { id: 'b', status: 'ok' },
  ])
  expect(did(at)).toEqual(['a', 'b', 'b'])
})

test('what cannot be retried like that is told', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('build'), step('deploy')] })
  const { run_id } = await buttons('drawer main press').in(at).data<DrawerResult>()
  await buttons('retry', run_id, '--from', 'biuld')
    .in(at)
    .expect({ error: { code: 'STEP_NOT_FOUND', hint: 'Did you mean "build"?' } })
  const press = await buttons('press note').in(at).data<{ run_id: string }>()
  await buttons('retry', press.run_id, '--from', 'build')
    .in(at)
    .expect({ error: { code: 'NOT_APPLICABLE' } })
  await buttons('drawer remove main').in(at)
  await buttons('retry', run_id)
    .in(at)
    .expect({ error: { code: 'NOT_FOUND' } })
})
