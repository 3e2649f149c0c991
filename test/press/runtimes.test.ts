import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PressResult } from '#spec/run.ts'
import { buttons } from '../helpers/buttons.ts'
import { fixture } from '../helpers/fixture.ts'
import { emptyHome, type Home, homeWith, writeButton } from '../helpers/home.ts'

const press = (home: Home, name: string) => buttons(`press ${name}`).in(home).data<PressResult>()

/** The same home with a PATH of its own, holding only the named programs. */
function withPrograms(home: Home, ...programs: string[]): Home {
  const bin = join(home.root, 'bin')
  mkdirSync(bin)
  for (const program of programs) symlinkSync(Bun.which(program)!, join(bin, program))
  return { ...home, env: { ...home.env, PATH: bin } }
}

test('each runtime runs its own language', async () => {
  const home = homeWith({
    buttons: {
      sh: 'echo "$0"',
      ba: { code: 'a=(x y); echo "${a[1]} $0"', spec: { runtime: 'bash' } },
      py: { code: 'import sys; print(sys.argv[0])', spec: { runtime: 'python' } },
      js: { code: 'console.log(process.argv[1])', spec: { runtime: 'node' } },
      ts: { code: 'const a: string = process.argv[1]!; console.log(a)', spec: { runtime: 'bun' } },
    },
  })
  const path = (file: string) => `${home.data}/buttons/${file}\n`
  expect((await press(home, 'sh')).stdout).toBe(path('sh/main.sh'))
  expect((await press(home, 'ba')).stdout).toBe(`y ${path('ba/main.sh')}`)
  expect((await press(home, 'py')).stdout).toBe(path('py/main.py'))
  expect((await press(home, 'js')).stdout).toBe(path('js/main.js'))
  expect((await press(home, 'ts')).stdout).toBe(path('ts/main.ts'))
})

test('python is taken where there is no python3', async () => {
  const home = homeWith({ buttons: { py: { code: '', spec: { runtime: 'python' } } } })
  mkdirSync(join(home.root, 'bin'))
  home.write('bin/python', '#!/bin/sh\necho the other one\n', 0o700)
  const alone = { ...home, env: { ...home.env, PATH: join(home.root, 'bin') } }
  expect((await press(alone, 'py')).stdout).toBe('the other one\n')
})

test('an interpreter that is missing is named, and the press is recorded', async () => {
  const home = withPrograms(
    homeWith({
      buttons: {
        ba: { code: 'true', spec: { runtime: 'bash' } },
        py: { code: '', spec: { runtime: 'python' } },
        odd: { code: 'true', spec: { runtime: 'fakeLang999' } },
      },
    }),
  )
  const cases = [
    ['ba', 'bash not found'],
    ['py', 'python3 not found'],
    ['odd', 'runtime "fakeLang999" not found'],
  ] as const
  for (const [name, text] of cases) {
    await buttons(`press ${name}`)
      .in(home)
      .expect({
        error: {
          code: 'RUNTIME_MISSING',
          message: expect.stringContaining(text),
          hint: expect.stringContaining('PATH'),
        },
        data: { status: 'error', exit_code: -1 },
      })
    const records = home.list(`data/buttons/${name}/pressed`)
    expect(records.filter((file) => file.endsWith('.json'))).toHaveLength(1)
  }
})

test('the interpreter is not looked up where the button or a battery says', async () => {
  const home = homeWith({ buttons: { ba: { code: 'echo real', spec: { runtime: 'bash' } } } })
  home.write('fake/bash', '#!/bin/sh\necho fake\n', 0o700)
  writeButton(home, 'ba', {
    code: 'echo "real $PATH"',
    spec: { runtime: 'bash', env: { PATH: join(home.root, 'fake') } },
  })
  expect((await press(home, 'ba')).stdout).toBe(`real ${join(home.root, 'fake')}\n`)
})

test('code that is missing is named by its path', async () => {
  const home = homeWith({ buttons: { lost: { spec: {} } } })
  await buttons('press lost')
    .in(home)
    .expect({
      error: { code: 'SCRIPT_ERROR', message: expect.stringContaining('buttons/lost/main.sh') },
      data: { status: 'error', exit_code: -1 },
    })
})

test('what cannot be started is a result with the reason', async () => {
  const home = emptyHome()
  writeButton(home, 'big', { code: 'true', spec: { env: { BIG: 'x'.repeat(200_000) } } })
  writeButton(home, 'nul', { code: 'true', spec: { env: { SECRET: 'a\0b' } } })
  await buttons('press big')
    .in(home)
    .expect({
      error: { code: 'SCRIPT_ERROR', message: expect.stringContaining('E2BIG') },
      data: { exit_code: -1 },
    })
  await buttons('press nul')
    .in(home)
    .expect({
      error: { code: 'SCRIPT_ERROR', message: expect.stringMatching(/NUL byte.*"SECRET"/) },
      data: { exit_code: -1 },
    })
})

test('node runs in our own runtime where it is missing, with a note', async () => {
  const home = withPrograms(
    homeWith({
      buttons: {
        js: {
          code: 'const fs = require("node:fs"); console.log(typeof fs.readFileSync, typeof Bun, eval("1 + 1"))',
          spec: { runtime: 'node' },
        },
      },
    }),
  )
  const finished = await buttons('press js')
    .in(home)
    .expect({
      stderr: /^warning: node is not in PATH[^\n]*\n$/,
      data: { status: 'ok', stderr: '' },
    })
  expect(JSON.parse(finished.stdout).data.stdout).toBe('function object 2\n')
})

test('what a script in our own runtime starts does not inherit the switch', async () => {
  const home = emptyHome()
  writeButton(home, 'ts', { code: fixture('starts-in-every-way.ts'), spec: { runtime: 'bun' } })
  const show = home.write('show', '#!/bin/sh\necho "${BUN_BE_BUN:-none}"\n', 0o700)
  const env = { ...home.env, PROGRAM: show }
  const { stdout } = await press({ ...home, env }, 'ts')
  const ways = JSON.parse(stdout) as Record<string, string>
  expect(Object.keys(ways).length).toBe(40)
  for (const [how, seen] of Object.entries(ways)) expect([how, seen.trim()]).toEqual([how, 'none'])
})

const preloads = (home: Home) => home.list('data/.runtime')

test('the file that cleans up is private, made once, and made again when somebody changed it', async () => {
  const home = homeWith({
    buttons: { ts: { code: 'console.log(process.env.BUN_BE_BUN)', spec: { runtime: 'bun' } } },
  })
  expect((await press(home, 'ts')).stdout).toBe('undefined\n')
  const [name] = preloads(home)
  const path = join(home.data, '.runtime', name!)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(home.data, '.runtime')).mode & 0o777).toBe(0o700)
  const { ino } = statSync(path)
  await press(home, 'ts')
  expect(statSync(path).ino).toBe(ino)
  for (const content of ['', 'console.log("foreign")', 'x'.repeat(5000)]) {
    writeFileSync(path, content)
    expect((await press(home, 'ts')).stdout).toBe('undefined\n')
  }
  expect(preloads(home)).toEqual([name!])
})

test('a link in place of that file is replaced, not followed', async () => {
  const home = homeWith({ buttons: { ts: { code: '', spec: { runtime: 'bun' } } } })
  await press(home, 'ts')
  const [name] = preloads(home)
  const victim = home.write('victim', 'precious')
  rmSync(join(home.data, '.runtime', name!))
  symlinkSync(victim, join(home.data, '.runtime', name!))
  await press(home, 'ts')
  expect(home.read('victim')).toBe('precious')
})

test('a data directory that may only be read says why our own runtime cannot start', async () => {
  const home = homeWith({ buttons: { ts: { code: '', spec: { runtime: 'bun' } } } })
  // A file where the folder would be: root may write anywhere.
  mkdirSync(join(home.data, 'drawers'))
  home.write('data/.runtime', 'in the way')
  chmodSync(join(home.data, '.runtime'), 0o600)
  await buttons('press ts')
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR', message: expect.stringContaining('ENOTDIR') } })
})
