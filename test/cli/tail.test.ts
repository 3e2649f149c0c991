import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'
import { program, start, until } from '../helpers/program.ts'

const report = 'printf "%s\\n" "{\\"pct\\":0.5}" "not json" >> "$BUTTONS_PROGRESS_PATH"'
const folder = 'data/buttons/hello/pressed'

test('the newest progress file is printed as it is, in both modes', async () => {
  const home = homeWith({ buttons: { hello: report } })
  home.write(`${folder}/2020-01-01T00-00-00Z.progress.jsonl`, 'old\n')
  await buttons('press hello').in(home).data()
  const stdout = '{"pct":0.5}\nnot json\n'
  await buttons('tail hello').in(home).expect({ stdout })
  await buttons('tail Hello --json').in(home).expect({ stdout })
  await buttons('tail hello').in(home).onTerminal().expect({ stdout })
})

test('bytes that are no text come out as they went in', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  const long = `${'x'.repeat(200_000)}\n`
  home.write('work/own.jsonl', long)
  await buttons('tail own.jsonl').in(home).expect({ stdout: long })
  await buttons('tail ./own.jsonl').in(home).expect({ stdout: long })
  await buttons('tail', `${home.cwd}/own.jsonl`).in(home).expect({ stdout: long })
})

test('following a press that is over shows everything and ends', async () => {
  const home = homeWith({ buttons: { hello: report } })
  await buttons('press hello').in(home).data()
  await buttons('tail hello -f').in(home).expect({ stdout: '{"pct":0.5}\nnot json\n' })
})

test('following a running press ends with its record, after the last line', async () => {
  const script = `
    echo begun >> "$BUTTONS_PROGRESS_PATH"
    while [ ! -e go ]; do sleep 0.01; done
    echo ended >> "$BUTTONS_PROGRESS_PATH"`
  const home = homeWith({ buttons: { hello: script } })
  const press = start(home, 'press hello')
  await until(() => home.list(folder).some((name) => name.endsWith('.progress.jsonl')))
  const tail = start(home, 'tail hello --follow')
  home.write('work/go', '')
  expect(await tail.finished).toMatchObject({ exit: 0, stdout: 'begun\nended\n', stderr: '' })
  expect((await press.finished).exit).toBe(0)
})

test('a file that belongs to no press is followed until we are told to stop', async () => {
  const home = homeWith({ buttons: {} })
  const path = home.write('work/own.jsonl', 'one\n')
  const tail = Bun.spawn([...program, 'tail', 'own.jsonl', '-f'], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
  })
  let seen = ''
  for await (const bytes of tail.stdout) {
    seen += new TextDecoder().decode(bytes)
    if (seen === 'one\n') appendFileSync(path, 'two\n')
    if (seen === 'one\ntwo\n') tail.kill('SIGTERM')
  }
  expect(seen).toBe('one\ntwo\n')
  expect(await tail.exited).toBe(143)
})

test('following ends when nobody reads any more', async () => {
  const home = homeWith({ buttons: {} })
  const path = home.write('work/own.jsonl', 'one\n')
  const tail = Bun.spawn([...program, 'tail', 'own.jsonl', '-f'], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
  })
  for await (const _ of tail.stdout) break
  const more = setInterval(() => appendFileSync(path, 'more\n'), 10)
  expect(await tail.exited).toBe(0)
  clearInterval(more)
})

test.each([
  ['nope', 'no such button'],
  ['helo', 'no such button'],
  ['hello', 'it has no progress file yet'],
  ['nope.jsonl', 'no such file'],
  ['some/where', 'no such file'],
  ['some\\where', 'no such file'],
])('tail %s cannot be: %s', async (target, why) => {
  const home = homeWith({ buttons: { hello: 'true' } })
  await buttons('tail', target)
    .in(home)
    .expect({ error: { code: 'NOT_FOUND', message: `Cannot tail "${target}": ${why}` } })
})

test('a near name is suggested', async () => {
  await buttons('tail helo')
    .in(homeWith({ buttons: { hello: 'true' } }))
    .expect({ error: { code: 'NOT_FOUND', hint: 'Did you mean "hello"?' } })
})

test('a directory is no file to tail', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  await buttons('tail', home.data)
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
})

test('a pipe is no file to tail either', async () => {
  const home = emptyHome()
  execFileSync('mkfifo', [`${home.cwd}/pipe.jsonl`])
  await buttons('tail pipe.jsonl')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('plain file') } })
})
