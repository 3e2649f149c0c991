import { expect, test } from 'bun:test'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { writeButton, type Home } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'
import { activeIds, isAlive, ledger, listRuns, openGate, runsHome } from '../helpers/runs.ts'

/** Writes its step into the ledger; the second one with a gate waits at it. */
const note = 'echo "$BUTTONS_STEP" >> ledger; echo "{\\"did\\":\\"$BUTTONS_STEP\\"}"'
const gate = `echo "$BUTTONS_STEP $BUTTONS_IDEMPOTENCY_KEY" >> ledger
echo $$ >> pids
touch "at.$BUTTONS_STEP"
while [ ! -e gate ]; do sleep 0.02; done
echo "{\\"did\\":\\"$BUTTONS_STEP\\"}"`

function home(): Home {
  return runsHome({ note, gate })
}

const step = (id: string, button = 'note', more: object = {}) => ({ id, button, ...more })

/** Presses a drawer, kills its process once all these steps stand at the gate; the run's id. */
async function killAt(at: Home, steps: string[], line = 'drawer main press'): Promise<string> {
  const press = start(at, line)
  await until(() => steps.every((id) => existsSync(join(at.cwd, `at.${id}`))))
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
  await buttons('cancel', id).in(at).data()
})
