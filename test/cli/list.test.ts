import { expect, test } from 'bun:test'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'

async function names(home: Home): Promise<string[]> {
  const listed = await buttons('list').in(home).data<{ name: string }[]>()
  return listed.map(({ name }) => name)
}

test('a fresh home has no buttons, in a pipe and with --json', async () => {
  const home = emptyHome()
  for (const line of ['list', 'list --json', '--json list'])
    await buttons(line)
      .in(home)
      .expect({ json: { ok: true, data: [] } })
})

test('buttons come by name, byte by byte', async () => {
  const home = emptyHome()
  for (const name of ['zebra', 'alpha', 'a-b', 'ab'])
    await buttons('create', name, '--code', 'true').in(home).data()
  expect(await names(home)).toEqual(['a-b', 'ab', 'alpha', 'zebra'])
})

test('what is listed is what create answered', async () => {
  const home = emptyHome()
  const created = await buttons('create', 'test', '--arg', 'url:string:required').in(home).data()
  const { code_path: _, button_dir: __, ...spec } = created
  await buttons('list')
    .in(home)
    .expect({ json: { ok: true, data: [spec] } })
  await buttons('rm test --force').in(home).data()
  expect(await names(home)).toEqual([])
})

test('links, files and folders without a spec are no buttons', async () => {
  const home = homeWith({ buttons: { real: 'true' } })
  mkdirSync(join(home.data, 'buttons/empty'))
  mkdirSync(join(home.data, 'buttons/.hidden'))
  symlinkSync(join(home.data, 'buttons/real'), join(home.data, 'buttons/link'))
  home.write('data/buttons/stray', '{}')
  expect(await names(home)).toEqual(['real'])
})

test('the folder names a button, whatever its file says', async () => {
  const home = homeWith({ buttons: { deploy: { code: 'true', spec: { name: 'other' } } } })
  expect(await names(home)).toEqual(['deploy'])
})

test('a button of a newer program is listed with a warning', async () => {
  const home = homeWith({ buttons: { new: { spec: { schema_version: 3 } }, old: 'true' } })
  await buttons('list')
    .in(home)
    .expect({
      data: [
        expect.objectContaining({ name: 'new', schema_version: 3 }),
        expect.objectContaining({ name: 'old' }),
      ],
      stderr: /^warning: Cannot press "new": its schema version 3 is newer [^\n]+\n$/,
    })
})

test('people get a table', async () => {
  const home = homeWith({
    buttons: { deploy: { spec: { description: 'Ships it', timeout_seconds: 5 } }, bare: 'true' },
  })
  await buttons('list')
    .in(home)
    .onTerminal()
    .expect({
      stdout:
        /^NAME {4}DESCRIPTION {2}RUNTIME {2}TIMEOUT\r?\nbare {4}- +shell +300s\r?\ndeploy {2}Ships it +shell +5s\r?\n$/,
    })
})
