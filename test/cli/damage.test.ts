import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const put = (text: string | Uint8Array) => (path: string) => writeFileSync(path, text)
const deep = put(`{"schema_version":1,"x":${'{"x":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)
const damages: Readonly<Record<string, (path: string) => void>> = {
  'an empty file': put(''),
  'bytes of something else': put(Uint8Array.from([0, 255, 254, 123, 10])),
  'a list': put('[]'),
  'values of other types': put('{"schema_version":"x","events":{},"batteries":[],"defaults":[]}'),
  'deeper than can be written': deep,
  'a directory': (path) => void mkdirSync(join(path, 'inside'), { recursive: true }),
  'a link that leads nowhere': (path) => symlinkSync('/nonexistent/file', path),
  'a link that leads to itself': (path) => symlinkSync(path, path),
  'a device without end': (path) => symlinkSync('/dev/zero', path),
}
const files = [
  'buttons/hurt/button.json',
  'buttons/hurt/AGENT.md',
  'batteries.json',
  'settings.json',
  'history.json',
  'state.db',
  '.gitignore',
]
const commands = [
  'list',
  'hurt',
  'press hurt',
  'press well',
  'history',
  'logs',
  'summary',
  'batteries set KEY value-of-key',
  'config set theme amber',
  'ignore well',
  'set hurt description=x',
  'create new --code true',
  'delete hurt',
]

async function damaged(file: string, damage: (path: string) => void): Promise<Home> {
  const home = homeWith({ buttons: { hurt: 'echo hurt', well: 'echo well' } })
  await buttons('press hurt').in(home)
  const path = join(home.data, file)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
  damage(path)
  return home
}

const cases = files.flatMap((file) => Object.keys(damages).map((kind) => [file, kind] as const))

test.each(cases)('%s that is %s is answered with its reason', async (file, kind) => {
  const home = await damaged(file, damages[kind]!)
  for (const command of commands) {
    const { exit, stdout, stderr } = await buttons(command).in(home)
    const envelope = JSON.parse(stdout) as { ok: boolean; error?: { code: string } }
    expect({ command, ok: envelope.ok }).toEqual({ command, ok: exit === 0 })
    expect(envelope.error?.code).not.toBe('INTERNAL_ERROR')
    expect(stderr).not.toContain('internal error')
  }
})

test('one damaged button leaves the others usable', async () => {
  const home = await damaged('buttons/hurt/button.json', deep)
  await buttons('list')
    .in(home)
    .expect({
      data: [expect.objectContaining({ name: 'well' })],
      stderr: /^warning: Cannot read button "hurt": it is nested more than 1000 levels deep\n$/,
    })
  await buttons('press well')
    .in(home)
    .expect({ data: expect.objectContaining({ stdout: 'well\n' }) })
  expect(existsSync(join(home.data, 'buttons/hurt/button.json'))).toBe(true)
})
