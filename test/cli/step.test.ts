import { expect, test } from 'bun:test'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunDetails } from '#runs/show.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'
import { start } from '../helpers/program.ts'
import { activeIds, doneSteps, ledger, listRuns, rounds, runsHome } from '../helpers/runs.ts'

interface Result {
  run_id: string
  stdout: string
  status: string
}

const note = (key: string, more = '') =>
  `buttons step ${key} -- sh -c 'echo ${key} >> ledger; echo out-${key}; ${more}'`

test('a step prints what its command prints and ends as it does', async () => {
  const home = runsHome({ script: `${note('a')}; ${note('b', 'exit 3')}; echo "status $?"` })
  const { stdout, run_id } = await buttons('press script').in(home).data<Result>()
  expect(stdout).toBe('out-a\nout-b\nstatus 3\n')
  const shown = await buttons('runs', 'show', run_id).in(home).data<RunDetails>()
  expect(shown.script_steps).toMatchObject([
    { key: 'a', exit_code: 0 },
    { key: 'b', exit_code: 3 },
  ])
})

test('a retry does what failed again, and gives what was finished without doing it', async () => {
  const home = runsHome({
    script: `set -e
x=$(${note('a')}); echo "got $x"
${note('b', 'test -e fixed')}
${note('c')}`,
  })
  const first = await buttons('press script').in(home)
  const { run_id } = (JSON.parse(first.stdout) as { data: Result }).data
  expect(first.exit).toBe(1)
  expect(ledger(home)).toEqual(['a', 'b'])
  home.write('work/fixed', '')
  const again = await buttons('retry', run_id).in(home).data<Result>()
  expect(again.stdout).toBe('got out-a\nout-b\nout-c\n')
  expect(ledger(home)).toEqual(['a', 'b', 'b', 'c'])
  const shown = await buttons('runs', 'show', again.run_id).in(home).data<RunDetails>()
  expect(shown).toMatchObject({ retry_of: run_id, record: { idempotency_key: run_id } })
  // And once more, from the one that was a retry itself.
  await buttons('retry', again.run_id)
    .in(home)
    .expect({ data: { stdout: 'got out-a\nout-b\nout-c\n' } })
  expect(ledger(home)).toEqual(['a', 'b', 'b', 'c'])
})

test('a retry may change arguments, and needs those again that were secret', async () => {
  const home = runsHome({
    tell: {
      code: 'echo "$BUTTONS_ARG_A $BUTTONS_ARG_PASS $BUTTONS_IDEMPOTENCY_KEY"',
      spec: {
        args: [
          { name: 'a', type: 'string', required: true },
          { name: 'pass', type: 'string', secret: true },
        ],
      },
    },
  })
  const plain = await buttons('press tell --arg a=1').in(home).data<Result>()
  await buttons('retry', plain.run_id)
    .in(home)
    .expect({ data: { args: { a: '1' }, stdout: `1  ${plain.run_id}\n` } })
  await buttons('retry', plain.run_id, '--arg', 'a=2')
    .in(home)
    .expect({ data: { args: { a: '2' } } })
  const secret = await buttons('press tell --arg a=1 --arg pass=swordfish').in(home).data<Result>()
  await buttons('retry', secret.run_id)
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('"pass"') } })
  await buttons('retry', secret.run_id, '--arg', 'pass=swordfish')
    .in(home)
    .expect({ data: { status: 'ok' } })
  await buttons('retry 0123456789abcdef')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
})

test('output that is no text comes back byte for byte', async () => {
  const bytes = `buttons step bytes -- printf '\\000\\377\\n\\001' > "out.$BUTTONS_RUN_ID"`
  const home = runsHome({ script: `${bytes}; test -e fixed` })
  const first = await buttons('press script').in(home)
  const { run_id } = (JSON.parse(first.stdout) as { data: Result }).data
  home.write('work/fixed', '')
  const again = await buttons('retry', run_id).in(home).data<Result>()
  const read = (id: string) => [...readFileSync(join(home.cwd, `out.${id}`))]
  expect(read(run_id)).toEqual([0, 255, 10, 1])
  expect(read(again.run_id)).toEqual([0, 255, 10, 1])
})

test('the same step at the same time is done once, others side by side', async () => {
  const home = runsHome({
    script: `for n in 1 2 3 4; do ${note('same', 'sleep 0.1')} & ${note('own-$n').replace("-- sh -c '", '-- sh -c "').replace(/'$/, '"')} & done; wait`,
  })
  const { stdout } = await buttons('press script').in(home).data<Result>()
  expect(stdout.split('\n').filter((line) => line === 'out-same')).toHaveLength(4)
  expect(ledger(home).filter((line) => line === 'same')).toEqual(['same'])
  expect(ledger(home).filter((line) => line.startsWith('own'))).toHaveLength(4)
}, 30_000)

test('outside of a press there are no steps', async () => {
  const home = homeWith({})
  await buttons('step a -- true')
    .in(home)
    .expect({ exit: 1, stderr: /NOT_APPLICABLE: Cannot run step "a": it is not inside a press/ })
  await buttons('step a')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /accepts at least 2/ })
})

test('what a script left behind has no steps once the press is over', async () => {
  const home = runsHome({ script: 'env | grep ^BUTTONS_ > env' })
  await buttons('press script').in(home).data()
  const lines = home.read('work/env').trimEnd().split('\n')
  const env = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]))
  await buttons('step a -- true')
    .in(home)
    .env(env)
    .expect({ exit: 1, stderr: /NOT_APPLICABLE: .* is over/ })
})

test('a program that is not there fails the step', async () => {
  const home = runsHome({ script: 'buttons step a -- no-such-program 2>&1; echo "status $?"' })
  await buttons('press script')
    .in(home)
    .expect({
      data: { stdout: expect.stringMatching(/no-such-program not found[\s\S]*status 1\n$/) },
    })
})

test('each step has a key of its own for its effect, the same in every try', async () => {
  const home = runsHome({
    script: `buttons step a -- sh -c 'echo "$BUTTONS_IDEMPOTENCY_KEY" >> keys; test -e fixed'`,
  })
  const first = await buttons('press script').in(home)
  const { run_id } = (JSON.parse(first.stdout) as { data: Result }).data
  home.write('work/fixed', '')
  await buttons('retry', run_id).in(home).data()
  expect(ledger(home, 'keys')).toEqual([`${run_id}/a`, `${run_id}/a`])
})

test('a line that was cut short counts as not there, also for what stands behind it', async () => {
  const home = runsHome({ script: `${note('a')}; ${note('b')}; test -e fixed` })
  const first = await buttons('press script').in(home)
  const { run_id } = (JSON.parse(first.stdout) as { data: Result }).data
  const folder = join(home.data, 'buttons/script/pressed')
  const name = home.list('data/buttons/script/pressed').find((one) => one.endsWith('.steps.jsonl'))!
  const text = readFileSync(join(folder, name), 'utf8')
  writeFileSync(join(folder, name), text.slice(0, -20))
  appendFileSync(join(folder, name), '{"half')
  home.write('work/fixed', '')
  await buttons('retry', run_id)
    .in(home)
    .expect({ data: { stdout: 'out-a\nout-b\n' } })
  expect(ledger(home)).toEqual(['a', 'b', 'b'])
})

// The ledger is outside: what it says was done, was done. A step that was known to be finished when
// the press was killed must not be in it again later.
test.skipIf(!executable)(
  'a script of steps killed again and again finishes, and no finished step is done twice',
  async () => {
    const keys = ['a', 'b', 'c', 'd', 'e']
    const home = runsHome({ script: `set -e\n${keys.map((key) => note(key)).join('\n')}` })
    for (let round = 0; round < 4; round++) {
      writeFileSync(join(home.cwd, 'ledger'), '')
      const { result, kills, settled } = await pressUntilDone(home)
      expect(result.stdout).toBe(keys.map((key) => `out-${key}\n`).join(''))
      expect(new Set(ledger(home))).toEqual(new Set(keys))
      expect(ledger(home).length).toBeLessThanOrEqual(keys.length + kills)
      for (const [key, times] of settled)
        expect({ key, times: countOf(home, key) }).toEqual({ key, times })
    }
    // Killed between making its file and writing into it: that was no run yet, and gc takes it away.
    const begun = activeIds(home).filter((id) => home.read(`data/active/${id}`) !== '')
    expect(begun).toEqual([])
  },
  180_000,
)

function countOf(home: ReturnType<typeof runsHome>, key: string): number {
  return ledger(home).filter((line) => line === key).length
}

// Whoever was killed before it could say what it did has left a run behind that says it.
async function pressUntilDone(home: ReturnType<typeof runsHome>) {
  let line = 'press script'
  const [before] = await listRuns(home, '--limit', '1')
  // How often a step had been done when it was known to be finished.
  const settled = new Map<string, number>()
  for (let kills = 0; ; kills++) {
    const press = start(home, line)
    if (kills < rounds(5, 2)) {
      await Bun.sleep(5 + Math.random() * 60)
      press.kill('SIGKILL')
    }
    await press.finished
    const [newest] = await listRuns(home, '--limit', '1')
    // Killed before anybody knew of it: the newest is still that of another round.
    if (!newest || newest.run_id === before?.run_id) continue
    if (newest.status === 'ok') {
      const result = await buttons('wait', newest.run_id!).in(home).data<Result>()
      return { result, kills, settled }
    }
    for (const key of doneSteps(home, newest.run_id!))
      if (!settled.has(key)) settled.set(key, countOf(home, key))
    line = `retry ${newest.run_id}`
  }
}
