import { expect, test } from 'bun:test'
import {
  appendFileSync,
  existsSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RunDetails } from '#runs/show.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { createApp } from '../../src/app.ts'
import { openBunHost } from '#host/bun.ts'
import { type Files, HostError } from '#host/host.ts'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { writeButton, type Home } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'
import {
  activeIds,
  isAlive,
  ledger,
  listRuns,
  openGate,
  rounds,
  runsHome,
} from '../helpers/runs.ts'

/** Writes its step into the ledger; the second one with a gate waits at it. */
const note = 'echo "$BUTTONS_STEP" >> ledger; echo "{\\"did\\":\\"$BUTTONS_STEP\\"}"'
const gate = `echo "$BUTTONS_STEP $BUTTONS_IDEMPOTENCY_KEY" >> ledger
echo $$ >> pids
touch "at.$(echo "$BUTTONS_STEP" | tr / _)"
while [ ! -e gate ]; do sleep 0.02; done
echo "{\\"did\\":\\"$BUTTONS_STEP\\"}"`

function home(): Home {
  const args = ['after', 'p', 'q'].map((name) => ({ name, type: 'string' }))
  return runsHome({ note: { code: note, spec: { args } }, gate: { code: gate, spec: { args } } })
}

const step = (id: string, button = 'note', more: object = {}) => ({ id, button, ...more })

/** Presses a drawer, kills its process once all these steps stand at the gate; the run's id. */
async function killAt(at: Home, steps: string[], line = 'drawer main press'): Promise<string> {
  const press = start(at, line)
  await until(() => steps.every((id) => existsSync(join(at.cwd, `at.${id.replace('/', '_')}`))))
  press.kill()
  await press.finished
  const [id] = activeIds(at)
  return id!
}

const journalOf = (at: Home, id: string) => join(at.data, 'active', `${id}.d`, 'journal')

test('a run whose process was killed is interrupted, and goes on where it stood', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate'), step('c')] })
  const id = await killAt(at, ['b'])
  expect(await listRuns(at)).toMatchObject([{ run_id: id, status: 'interrupted' }])
  await buttons('wait', id)
    .in(at)
    .expect({ error: { code: 'INTERRUPTED', hint: `buttons resume ${id}` } })
  openGate(at)
  const result = await buttons('resume', id).in(at).data<DrawerResult>()
  expect(result).toMatchObject({ run_id: id, drawer: 'main', status: 'ok' })
  expect(result.steps.map(({ id: name, output }) => [name, output])).toEqual([
    ['a', { did: 'a' }],
    ['b', { did: 'b' }],
    ['c', { did: 'c' }],
  ])
  expect(ledger(at).map((line) => line.split(' ')[0])).toEqual(['a', 'b', 'b', 'c'])
  // The key of the step that was done twice is the same both times.
  expect(new Set(ledger(at).filter((line) => line.startsWith('b '))).size).toBe(1)
  await buttons('wait', id)
    .in(at)
    .expect({ data: { run_id: id, status: 'ok' } })
  expect(at.list('data/active')).toEqual([])
  expect(
    at.list('data/drawers/main/pressed').filter((name) => /Z.*\.json$/.test(name)),
  ).toHaveLength(1)
})

test('what was pressed in a loop before and after is in the record of the resumed run', async () => {
  const at = home()
  const body = [step('n'), step('g', 'gate')]
  writeDrawer(at, 'main', {
    steps: [{ id: 'each', kind: 'for_each', over: '${[1, 2]}', steps: body }],
  })
  const id = await killAt(at, ['each[0].g'])
  openGate(at)
  await buttons('resume', id).in(at).data()
  const pressed = await buttons('history --all').in(at).data<{ step: string }[]>()
  expect(pressed.map((press) => press.step)).toEqual([
    'each[1].g',
    'each[1].n',
    'each[0].g',
    'each[0].n',
  ])
})

test('a run goes on in the directory in which it was begun', async () => {
  const at = home()
  writeButton(at, 'where', { code: 'pwd' })
  writeDrawer(at, 'main', { steps: [step('a', 'where'), step('b', 'gate'), step('c', 'where')] })
  const id = await killAt(at, ['b'])
  openGate(at)
  const elsewhere = { ...at, cwd: at.root }
  const { steps } = await buttons('resume', id).in(elsewhere).data<DrawerResult>()
  expect(steps[0]!.output).toBe(`${realpathSync(at.cwd)}\n`)
  expect(steps[2]!.output).toBe(steps[0]!.output)
})

test('a press that is to survive something is refused where it would survive nothing', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a')] })
  at.write('data/active', 'no folder')
  for (const durability of ['process', 'disk'])
    await buttons(`drawer main press --durability ${durability}`)
      .in(at)
      .expect({ error: { code: 'STORAGE_ERROR' } })
  expect(ledger(at)).toEqual([])
  await buttons('drawer main press --durability none').in(at).data()
  await buttons('drawer main press').in(at).data()
  expect(ledger(at)).toEqual(['a', 'a'])
})

test('the step that was under way does not go on beside its second attempt', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  const [orphan] = ledger(at, 'pids').map(Number)
  expect(isAlive(orphan!)).toBe(true)
  const again = start(at, `resume ${id}`)
  await until(() => ledger(at, 'pids').length === 2)
  expect(isAlive(orphan!)).toBe(false)
  openGate(at)
  expect((await again.finished).exit).toBe(0)
})

test('a step that had no time to be noted when it was started is ended as well', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  const [orphan] = ledger(at, 'pids').map(Number)
  const path = join(at.data, 'active', id)
  const lines = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, lines.filter((line) => !line.includes('"step":"b"')).join('\n'))
  const again = start(at, `resume ${id}`)
  await until(() => ledger(at, 'pids').length === 2)
  expect(isAlive(orphan!)).toBe(false)
  openGate(at)
  expect((await again.finished).exit).toBe(0)
})

test('a run that is over, runs, is unknown or of a button cannot be resumed', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a')] })
  const { run_id: over } = await buttons('drawer main press').in(at).data<DrawerResult>()
  const refuse = (id: string, code: string, message: string) =>
    buttons('resume', id)
      .in(at)
      .expect({ error: { code, message: expect.stringContaining(message) } })
  await refuse(over, 'RUN_FINISHED', 'it ended (ok)')
  await refuse('0123456789abcdef', 'NOT_FOUND', 'no such run')
  const { run_id: running } = await buttons('press gate --detach').in(at).data<DrawerResult>()
  await refuse(running, 'RUN_ACTIVE', 'it is running')
  const [handle] = await listRuns(at, '--status', 'running')
  process.kill(handle!.pid!, 'SIGKILL')
  await buttons('wait', running).in(at)
  await refuse(running, 'NOT_APPLICABLE', 'it is a run of a button')
  await buttons('cancel', running).in(at).data()
})

test('of two who resume at once one wins, and the other is told', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  const both = [start(at, `resume ${id}`), start(at, `resume ${id}`)]
  const loser = await Promise.race(both.map(({ finished }) => finished))
  expect(loser.exit).toBe(1)
  expect(JSON.parse(loser.stdout)).toMatchObject({ error: { code: 'RUN_ACTIVE' } })
  openGate(at)
  const exits = await Promise.all(both.map(async ({ finished }) => (await finished).exit))
  expect(exits.toSorted()).toEqual([0, 1])
})

test('what changed since the run began is told, and only gone on with by force', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [step('b', 'gate'), { id: 'sub', kind: 'drawer', drawer: 'child' }],
  })
  writeDrawer(at, 'child', { steps: [step('x')] })
  const id = await killAt(at, ['b'])
  writeButton(at, 'note', { code: `${note}; true` })
  openGate(at)
  await buttons('resume', id)
    .in(at)
    .expect({
      error: {
        code: 'DEFINITION_CHANGED',
        message: `Cannot resume run ${id}: changed since it began: button note`,
        hint: `buttons resume ${id} --force goes on with what is there now`,
      },
    })
  expect(await listRuns(at)).toMatchObject([{ run_id: id, status: 'interrupted' }])
  await buttons('resume', id, '--force')
    .in(at)
    .expect({ data: { status: 'ok' } })
})

test('an interrupted run can be cancelled, and is over then', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  const [orphan] = ledger(at, 'pids').map(Number)
  await buttons('cancel', id)
    .in(at)
    .expect({ data: { run_id: id, status: 'cancelled' } })
  expect(isAlive(orphan!)).toBe(false)
  await buttons('resume', id)
    .in(at)
    .expect({ error: { code: 'RUN_FINISHED' } })
  expect(at.list('data/active')).toEqual([])
})

test('a run is resumed apart from the caller', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  openGate(at)
  await buttons('resume', id, '--detach')
    .in(at)
    .expect({ data: { run_id: id, target: 'drawer/main' } })
  await buttons('wait', id)
    .in(at)
    .expect({ data: { run_id: id, status: 'ok' } })
})

test('the end of a journal that was cut short does not count, damage before it is told', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate')] })
  const id = await killAt(at, ['b'])
  const path = journalOf(at, id)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  appendFileSync(path, 'deadbeef 4 {"type":"step.fin')
  openGate(at)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.replace('step.finished', 'step.finishes'))
  await buttons('resume', id)
    .in(at)
    .expect({
      error: { code: 'STORAGE_ERROR', message: expect.stringContaining('line 3: it is damaged') },
    })
  writeFileSync(path, whole)
  await buttons('resume', id)
    .in(at)
    .expect({ data: { status: 'ok' } })
  expect(ledger(at).map((line) => line.split(' ')[0])).toEqual(['a', 'b', 'b'])
})

test('a run without a journal is interrupted as well, and cannot be resumed', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('b', 'gate')] })
  const id = await killAt(at, ['b'], 'drawer main press --durability none')
  expect(existsSync(journalOf(at, id))).toBe(false)
  await buttons('resume', id)
    .in(at)
    .expect({ error: { code: 'NOT_APPLICABLE', message: expect.stringContaining('no journal') } })
  await buttons('wait', id)
    .in(at)
    .expect({
      error: { code: 'INTERRUPTED', hint: expect.stringContaining('It kept no journal') },
    })
  await buttons('cancel', id).in(at).data()
})

test('a run that is to survive the machine goes on as well', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b', 'gate'), step('c')] })
  const id = await killAt(at, ['b'], 'drawer main press --durability disk')
  const { active } = await buttons('runs', 'show', id).in(at).data<RunDetails>()
  expect(active).toMatchObject({ durability: 'disk' })
  openGate(at)
  await buttons('resume', id)
    .in(at)
    .expect({ data: { status: 'ok' } })
  expect(ledger(at).map((line) => line.split(' ')[0])).toEqual(['a', 'b', 'b', 'c'])
  await buttons('drawer main press --durability paper')
    .in(at)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /none or process or disk/ })
})

test('a journal that cannot be written ends the run, which goes on when it can', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [step('a'), step('b')] })
  const real = openBunHost()
  let lines = 0
  const openWriter: Files['openWriter'] = (path, mode) => {
    const writer = real.files.openWriter(path, mode)
    const append = (content: Uint8Array | string) => {
      if (++lines > 3) throw new HostError('ENOSPC', 'write', path)
      writer.append(content)
    }
    return { ...writer, append }
  }
  const files = { ...real.files, openWriter }
  const app = createApp({ ...real, env: at.env, cwd: at.cwd, files })
  const pressed = app.pressDrawer({ name: 'main', inputs: {} }, { warn: () => {} })
  await expect(pressed).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: expect.stringContaining('the disk is full'),
  })
  const [run] = await listRuns(at)
  expect(run).toMatchObject({ status: 'interrupted' })
  expect(ledger(at)).toEqual(['a'])
  await buttons('resume', run!.run_id!)
    .in(at)
    .expect({ data: { status: 'ok' } })
  expect(ledger(at)).toEqual(['a', 'b'])
})

test('a wait that was interrupted ends when it would have ended', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: [{ id: 'w', kind: 'wait', duration: '1h' }, step('a')] })
  const press = start(at, 'drawer main press')
  const id = await until(() => activeIds(at)[0])
  const path = journalOf(at, id)
  await until(() => existsSync(path) && readFileSync(path, 'utf8').includes('wait.started'))
  press.kill()
  await press.finished
  const [line] = readFileSync(path, 'utf8')
    .split('\n')
    .filter((one) => one.includes('wait.started'))
  const kept = JSON.parse(line!.slice(line!.indexOf('{'))) as { until_ms: number }
  const again = start(at, `resume ${id}`)
  await until(() =>
    readFileSync(join(at.data, 'active', id), 'utf8').includes(`"pid":${again.pid}`),
  )
  again.kill('SIGTERM')
  expect((await again.finished).exit).toBe(143)
  const [shown] = await listRuns(at)
  expect(shown).toMatchObject({ run_id: id, status: 'cancelled' })
  expect(kept.until_ms).toBeGreaterThan(Date.parse(shown!.started_at) + 3_500_000)
  expect(ledger(at)).toEqual([])
})

test('a wait whose time has come is over at once', async () => {
  const at = home()
  const until_ = new Date(Date.now() - 1000).toISOString()
  writeDrawer(at, 'main', { steps: [step('b', 'gate'), { id: 'w', kind: 'wait', until: until_ }] })
  const id = await killAt(at, ['b'])
  openGate(at)
  const { steps } = await buttons('resume', id).in(at).data<DrawerResult>()
  expect(steps[1]).toMatchObject({ id: 'w', status: 'ok' })
})

test('a loop goes on with its items where they stood', async () => {
  const at = home()
  const over = { kind: 'for_each', over: '${[1, 2, 3]}', parallelism: 2 }
  writeDrawer(at, 'main', {
    steps: [{ id: 'each', ...over, steps: [step('x'), step('y', 'gate')] }],
  })
  const id = await killAt(at, ['each[0].y', 'each[1].y'])
  openGate(at)
  const { steps } = await buttons('resume', id).in(at).data<DrawerResult>()
  const { results } = steps[0]!.output as { results: { steps: { y: { output: unknown } } }[] }
  expect(results.map(({ steps: { y } }) => y.output)).toEqual(
    [0, 1, 2].map((index) => ({ did: `each[${index}].y` })),
  )
  const names = ledger(at).map((line) => line.split(' ')[0]!)
  const count = (name: string) => names.filter((one) => one === name).length
  expect([0, 1, 2].map((index) => count(`each[${index}].x`))).toEqual([1, 1, 1])
  expect([0, 1, 2].map((index) => count(`each[${index}].y`))).toEqual([2, 2, 1])
  // One key for each item, however often it was done.
  expect(new Set(ledger(at).filter((line) => line.includes('.y '))).size).toBe(3)
})

test('branches side by side go on, and one that was done is not done again', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [
      step('done'),
      step('p', 'gate', { args: { after: '${done.output.did}' } }),
      step('q', 'gate'),
      step('last', 'note', { args: { p: '${p.output.did}', q: '${q.output.did}' } }),
    ],
  })
  const id = await killAt(at, ['p', 'q'], 'drawer main press --mode parallel --concurrency 4')
  openGate(at)
  const { steps, status } = await buttons('resume', id).in(at).data<DrawerResult>()
  expect(status).toBe('ok')
  expect(steps.map(({ id: name }) => name)).toEqual(['done', 'p', 'q', 'last'])
  const names = ledger(at).map((line) => line.split(' ')[0])
  expect(names.toSorted()).toEqual(['done', 'last', 'p', 'p', 'q', 'q'])
  // A key each, the same both times.
  expect(new Set(ledger(at).filter((line) => line.includes(' '))).size).toBe(2)
})

test('a drawer inside goes on as the same run and is recorded once', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    steps: [{ id: 'sub', kind: 'drawer', drawer: 'child' }, step('after')],
  })
  writeDrawer(at, 'child', {
    steps: [step('x'), step('y', 'gate')],
    return: { y: '${y.output.did}' },
  })
  const id = await killAt(at, ['sub/y'])
  openGate(at)
  const { steps } = await buttons('resume', id).in(at).data<DrawerResult>()
  expect(steps[0]).toMatchObject({ output: { y: 'sub/y' } })
  expect(ledger(at).map((line) => line.split(' ')[0])).toEqual(['sub/x', 'sub/y', 'sub/y', 'after'])
  expect(new Set(ledger(at).filter((line) => line.startsWith('sub/y'))).size).toBe(1)
  const runs = await listRuns(at, '--target', 'drawer/child')
  expect(runs).toMatchObject([
    { run_id: steps[0]!.nested_run_id!, status: 'ok', parent_run_id: id },
  ])
})

test('secrets are in the journal alone, and in no record also after a resume', async () => {
  const at = home()
  writeButton(at, 'tell', {
    code: 'echo "$BUTTONS_ARG_PASS and $BUTTONS_ARG_TOKEN"',
    spec: {
      args: [
        { name: 'pass', type: 'string' },
        { name: 'token', type: 'string', secret: true },
      ],
    },
  })
  writeDrawer(at, 'main', {
    inputs: [{ name: 'pass', type: 'string', secret: true }],
    steps: [{ id: 'tell', button: 'tell', args: { token: 'open-sesame' } }, step('b', 'gate')],
  })
  const id = await killAt(at, ['b'], 'drawer main press pass=swordfish')
  const { stdout } = await buttons('runs', 'show', id).in(at)
  expect(stdout).not.toMatch(/swordfish|open-sesame/)
  openGate(at)
  const result = await buttons('resume', id).in(at).data<DrawerResult>()
  expect(result.steps[0]!.output).toBe('swordfish and open-sesame\n')
  const waited = await buttons('wait', id).in(at)
  expect(waited.stdout).not.toMatch(/swordfish|open-sesame/)
  expect(waited.stdout).toContain('[redacted] and [redacted]')
})

test('the record of a run that was cancelled while interrupted tells what it did', async () => {
  const at = home()
  writeDrawer(at, 'main', {
    inputs: [{ name: 'pass', type: 'string', secret: true }],
    steps: [step('a'), step('b', 'gate')],
  })
  const id = await killAt(at, ['b'], 'drawer main press pass=swordfish n=1')
  await buttons('cancel', id).in(at).data()
  await buttons('wait', id)
    .in(at)
    .expect({
      error: { code: 'CANCELLED' },
    })
  const { data } = JSON.parse((await buttons('wait', id).in(at)).stdout) as { data: DrawerResult }
  expect(data).toMatchObject({ status: 'cancelled', inputs: { pass: '[redacted]', n: 1 } })
  expect(data.steps).toMatchObject([{ id: 'a', status: 'ok', output: { did: 'a' } }])
})

test('a detached run that is killed at any instant ends once it is resumed', async () => {
  const at = home()
  writeDrawer(at, 'main', { steps: Array.from({ length: 5 }, (_, n) => step(`s${n}`)) })
  let killed = 0
  for (let n = 0; n < rounds(30, 4); n++) {
    const { run_id: id, pid } = await buttons('drawer main press --detach')
      .in(at)
      .data<{ run_id: string; pid: number }>()
    await Bun.sleep(n * 2)
    tryKill(pid)
    const waited = await buttons('wait', id).in(at)
    if (waited.exit === 0) continue
    killed++
    await buttons('resume', id)
      .in(at)
      .expect({ data: { run_id: id, status: 'ok' } })
  }
  expect(activeIds(at)).toEqual([])
  expect(killed).toBeGreaterThan(0)
}, 60_000)

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was faster.
  }
}

test('a failure that was not handled when the process died is handled after a resume, once', async () => {
  const at = home()
  writeButton(at, 'bad', { code: 'echo bad >> ledger; exit 1' })
  writeDrawer(at, 'main', { steps: [step('a', 'bad')], on_error: { drawer: 'rescue' } })
  writeDrawer(at, 'rescue', { steps: [step('r', 'gate'), step('s')] })
  const id = await killAt(at, ['!on_error_r'])
  expect(await listRuns(at, '--status', 'interrupted')).toMatchObject([{ run_id: id }])
  expect(await listRuns(at)).toMatchObject([{ run_id: id, status: 'interrupted' }])
  openGate(at)
  const resumed = await buttons('resume', id).in(at)
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    error: { code: 'SCRIPT_ERROR' },
    data: { run_id: id, status: 'failed' },
  })
  expect(ledger(at).map((line) => line.split(' ')[0])).toEqual([
    'bad',
    '!on_error/r',
    '!on_error/r',
    '!on_error/s',
  ])
  expect(await listRuns(at)).toMatchObject([
    { target: 'drawer/rescue', status: 'ok' },
    { target: 'drawer/main', run_id: id, status: 'failed' },
  ])
  expect(at.list('data/active')).toEqual([])
})

test('a failed run whose handling is given up is over, with the record that it has', async () => {
  const at = home()
  writeButton(at, 'bad', { code: 'exit 1' })
  writeDrawer(at, 'main', { steps: [step('a', 'bad')], on_error: { drawer: 'rescue' } })
  writeDrawer(at, 'rescue', { steps: [step('r', 'gate')] })
  const id = await killAt(at, ['!on_error_r'])
  await buttons('cancel', id)
    .in(at)
    .expect({ error: { code: 'RUN_FINISHED', message: expect.stringContaining('failed') } })
  expect(await listRuns(at)).toMatchObject([{ run_id: id, status: 'failed' }])
  expect(at.list('data/active')).toEqual([])
})

test('how far a run has got is shown while it is not over', async () => {
  const at = home()
  const over = { kind: 'for_each', over: '${[1]}' }
  writeDrawer(at, 'main', {
    steps: [step('a'), { id: 'each', ...over, steps: [step('x'), step('y', 'gate')] }],
  })
  const id = await killAt(at, ['each[0].y'])
  const { steps } = await buttons('runs', 'show', id).in(at).data<RunDetails>()
  expect(steps!.map(({ key, kind, status }) => `${key} ${kind} ${status}`)).toEqual([
    'a button ok',
    'each for_each running',
    'each[0].x button ok',
    'each[0].y button running',
  ])
  await buttons('cancel', id).in(at).data()
})
