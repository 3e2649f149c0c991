import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'

const lines = [
  ['deploy', 'buttons/deploy/'],
  ['button/deploy', 'buttons/deploy/'],
  ['My Button', 'buttons/my-button/'],
  ['drawer/Nightly', 'drawers/nightly/'],
] as const

test.each(lines)('ignoring "%s" adds %s once', async (name, line) => {
  const home = emptyHome()
  await buttons('ignore', name)
    .in(home)
    .expect({ json: { ok: true, data: { ok: true, ignored: line, added: true } } })
  await buttons('ignore', name)
    .in(home)
    .expect({ json: { ok: true, data: { ok: true, ignored: line, added: false } } })
  await buttons('ignore')
    .in(home)
    .expect({ json: { ok: true, data: [line] } })
  await buttons('unignore', name)
    .in(home)
    .expect({ json: { ok: true, data: { ok: true, unignored: line, removed: true } } })
  await buttons('unignore', name)
    .in(home)
    .expect({ data: { removed: false } })
  await buttons('ignore')
    .in(home)
    .expect({ json: { ok: true, data: [] } })
})

test('nothing is ignored in a fresh home, and taking it back is fine', async () => {
  const home = emptyHome()
  await buttons('ignore').in(home).expect({ data: [] })
  await buttons('unignore deploy')
    .in(home)
    .expect({ data: { removed: false } })
  expect(home.list('data')).not.toContain('.gitignore')
})

test('comments and order stay as they are', async () => {
  const home = emptyHome()
  const mine = '# mine\nzebra/\n\n# a note\nalpha/\n'
  home.write('data/.gitignore', mine)
  await buttons('ignore middle')
    .in(home)
    .expect({ data: { added: true } })
  expect(home.read('data/.gitignore')).toBe(`${mine}buttons/middle/\n`)
  await buttons('unignore middle')
    .in(home)
    .expect({ data: { removed: true } })
  expect(home.read('data/.gitignore')).toBe(mine)
  await buttons('ignore')
    .in(home)
    .expect({ data: ['zebra/', 'alpha/'] })
})

test('a new file is private and begins with what it is for', async () => {
  const home = emptyHome()
  await buttons('ignore deploy')
    .in(home)
    .expect({ data: { added: true } })
  expect(home.read('data/.gitignore')).toMatch(/^# .*`buttons ignore`.*\nbuttons\/deploy\/\n$/)
  expect(statSync(`${home.data}/.gitignore`).mode & 0o777).toBe(0o600)
})

test.each(['', '..', '../evil', 'a/b', 'drawer/', '...', 'drawer/../x', 'list', 'x'.repeat(129)])(
  '"%s" is refused',
  async (name) => {
    const home = emptyHome()
    const error = { code: 'VALIDATION_ERROR', message: expect.stringContaining('Cannot use "') }
    await buttons('ignore', name)
      .in(home)
      .expect({ error, stderr: /^Cannot use "/ })
    expect(home.list('data')).not.toContain('.gitignore')
  },
)

test('a button that has the name of a command can be ignored', async () => {
  const home = homeWith({ buttons: { logs: 'true' } })
  await buttons('ignore logs')
    .in(home)
    .expect({ data: { ignored: 'buttons/logs/' } })
})

test('people read what happened', async () => {
  const home = emptyHome()
  await buttons('ignore deploy')
    .in(home)
    .onTerminal()
    .expect({ stdout: '✓ Ignored buttons/deploy/\n  Next: buttons ignore\n' })
  await buttons('ignore').in(home).onTerminal().expect({ stdout: 'buttons/deploy/\n' })
  await buttons('ignore ../x')
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /^Cannot use "\.\.\/x" as button name: / })
})

test('a plan writes nothing and still refuses what is wrong', async () => {
  const home = emptyHome()
  await buttons('ignore deploy --summary')
    .in(home)
    .expect({ data: { executed: false, would: { ignored: 'buttons/deploy/', added: true } } })
  expect(home.list('data')).not.toContain('.gitignore')
  await buttons('ignore deploy').in(home)
  await buttons('unignore deploy --summary')
    .in(home)
    .expect({ data: { executed: false, would: { unignored: 'buttons/deploy/', removed: true } } })
  await buttons('ignore ../x --summary')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /^Cannot use/ })
  await buttons('ignore')
    .in(home)
    .expect({ data: ['buttons/deploy/'] })
})

test('several at once lose no line', async () => {
  const home = emptyHome()
  const names = Array.from({ length: 8 }, (_, i) => `button-${i}`)
  await Promise.all(names.map((name) => buttons('ignore', name).in(home)))
  const listed = await buttons('ignore').in(home).data<string[]>()
  expect(listed.toSorted()).toEqual(names.map((name) => `buttons/${name}/`))
})
