import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'

test('at a terminal the output comes as it is, and then how it went', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi; echo ho >&2' } })
  await buttons('press hello')
    .in(home)
    .onTerminal()
    .expect({ stdout: /^(hi\nho|ho\nhi)\n✓ hello \(\d+ms, exit 0\)\n$/ })
})

test('a line that the script left open is ended before the last word', async () => {
  const home = homeWith({ buttons: { open: 'printf half' } })
  await buttons('press open')
    .in(home)
    .onTerminal()
    .expect({ stdout: /^half\n✓ open \(\d+ms, exit 0\)\n$/ })
})

test('a silent script leaves one line', async () => {
  const home = homeWith({ buttons: { quiet: 'true' } })
  await buttons('press quiet')
    .in(home)
    .onTerminal()
    .expect({ stdout: /^✓ quiet \(\d+ms, exit 0\)\n$/ })
})

test('a prompt is shown after the last word, since nothing ran', async () => {
  const home = homeWith({
    buttons: { review: { spec: { runtime: 'prompt' }, instructions: 'Review it.\n' } },
  })
  await buttons('press review')
    .in(home)
    .onTerminal()
    .expect({ stdout: /^✓ review \(\d+ms, exit 0\)\nReview it.\n$/ })
})

test('a failure says how it ended and repeats nothing that was shown', async () => {
  const home = homeWith({ buttons: { bad: 'echo "no space" >&2; exit 3' } })
  await buttons('press bad')
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /^no space\n✗ bad \(\d+ms, exit status 3\)\n$/ })
})

test('a failure before anything ran says why', async () => {
  const home = homeWith({ buttons: { lost: {} } })
  await buttons('press lost')
    .in(home)
    .onTerminal()
    .expect({
      exit: 1,
      stdout: /^✗ lost \(\d+ms, failed\)\ncode file \S+main\.sh is missing\n$/,
    })
})

test('a timeout names its seconds and the way to more', async () => {
  const home = homeWith({ buttons: { slow: 'exec sleep 30' } })
  await buttons('press slow --timeout 1')
    .in(home)
    .onTerminal()
    .expect({
      exit: 1,
      stdout: /^✗ slow \(\d+ms, timed out after 1s\)\n {2}hint: .*--timeout/,
    })
})

test('--follow marks the lines of stderr and prints the output once more at the end', async () => {
  const home = homeWith({ buttons: { talk: 'echo out; sleep 0.05; echo err >&2' } })
  const finished = await buttons('press talk --follow').in(home).onTerminal()
  expect(finished.exit).toBe(0)
  // Under test both streams arrive as one; the lines of --follow go to stderr.
  const lines = (finished.stdout + finished.stderr).split('\n')
  expect(lines).toEqual(expect.arrayContaining(['out', '! err']))
  expect(finished.stdout).toMatch(/✓ talk \(\d+ms, exit 0\)\nout\n/)
})

test('--json at a terminal prints the envelope alone', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  const { stdout } = await buttons('press hello --json').in(home).onTerminal()
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { stdout: 'hi\n' } })
})
