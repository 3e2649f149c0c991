import { expect, test } from 'bun:test'
import { buttons, executable } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'

const home = () => homeWith({ buttons: { x: 'true', other: 'true' } })

test.each([
  'delete x --force',
  'rm x -F',
  'delete x',
  'rm X',
  'delete x --json',
  'rm x --no-input',
])('%s removes the button with its history, unasked', async (line) => {
  const here = home()
  await buttons('press x').in(here).expect({ data: {} })
  await buttons(line)
    .in(here)
    .expect({ json: { ok: true, data: { name: 'x', deleted: true } } })
  expect(here.list('data/buttons')).toEqual(['other'])
  expect(here.list('data').filter((name) => name.startsWith('.'))).toEqual([])
  await buttons('history x').in(here).expect({ data: [] })
})

test.each(['y\n', 'Yes please\n'])('a person who answers %j has it deleted', async (answer) => {
  const here = home()
  await buttons('delete x')
    .in(here)
    .onTerminal()
    .stdin(answer)
    .expect({ stdout: /Delete button "x" with its history\?.*Deleted button "x"/s })
  expect(here.list('data/buttons')).toEqual(['other'])
})

test.each(['n\n', '\n', 'delete\n'])('a person who answers %j keeps it', async (answer) => {
  const here = home()
  await buttons('delete x')
    .in(here)
    .onTerminal()
    .stdin(answer)
    .expect({ exit: 0, stdout: /\?.*Nothing was deleted/s })
  expect(here.list('data/buttons')).toEqual(['other', 'x'])
})

test.skipIf(Boolean(executable))('end-of-file keeps it', async () => {
  const here = home()
  await buttons('delete x')
    .in(here)
    .onTerminal()
    .expect({ stdout: /\?.*Nothing was deleted/s })
  expect(here.list('data/buttons')).toEqual(['other', 'x'])
})

test.each(['delete x --force', 'delete x --no-input'])('%s asks nobody', async (line) => {
  await buttons(line)
    .in(home())
    .onTerminal()
    .expect({ stdout: /^(?!.*\?).*Deleted/s })
})

test('an unknown button is refused before any question, with the one that was meant', async () => {
  const here = home()
  await buttons('delete othr')
    .in(here)
    .expect({ error: { code: 'NOT_FOUND', hint: expect.stringContaining('"other"') } })
  await buttons('delete nothing')
    .in(here)
    .onTerminal()
    .expect({ exit: 1, stdout: /^NOT_FOUND: Cannot delete "nothing"/ })
  await buttons('delete', '')
    .in(here)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  await buttons('delete ../buttons/x')
    .in(here)
    .expect({ error: { code: 'NOT_FOUND' } })
})

test('a button whose spec nobody can read can be deleted', async () => {
  const here = home()
  here.write('data/buttons/broken/button.json', '{')
  await buttons('delete broken')
    .in(here)
    .expect({ data: { name: 'broken', deleted: true } })
})

test('cached answers of the button go with it, those of others stay', async () => {
  const here = home()
  for (const name of ['x', 'other'])
    await buttons(`press ${name} --idempotency-key ${name}`).in(here).expect({ data: {} })
  const entries = () => here.list('data/idempotency').filter((name) => name.endsWith('.json'))
  expect(entries()).toHaveLength(2)
  await buttons('delete x').in(here).expect({ data: {} })
  expect(entries()).toHaveLength(1)
  await buttons('press other --idempotency-key other')
    .in(here)
    .expect({ json: expect.objectContaining({ cached: true }) })
})

test('--summary deletes nothing', async () => {
  const here = home()
  await buttons('delete x --summary')
    .in(here)
    .expect({ data: { executed: false, command: 'delete', would: { name: 'x', deleted: true } } })
  await buttons('delete y --summary')
    .in(here)
    .expect({ error: { code: 'NOT_FOUND' } })
  expect(here.list('data/buttons')).toEqual(['other', 'x'])
})
