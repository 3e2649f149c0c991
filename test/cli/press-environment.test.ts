import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { PressResult } from '#spec/run.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { fixture } from '../helpers/fixture.ts'
import { type ButtonFixture, emptyHome, type Home, writeButton } from '../helpers/home.ts'

/** A script per runtime that prints what might have reached it. */
const scripts: Record<string, ButtonFixture> = {
  sh: { code: 'echo "${FOREIGN:-clean} ${NODE_ENV:-clean} $(env | grep -c "^BUN_")"; true' },
  ba: {
    code: 'echo "${FOREIGN:-clean} ${NODE_ENV:-clean} $(env | grep -c "^BUN_")"; true',
    spec: { runtime: 'bash' },
  },
  py: {
    code: `import os
print(os.environ.get("FOREIGN", "clean"), os.environ.get("NODE_ENV", "clean"),
      len([name for name in os.environ if name.startswith("BUN_")]))`,
    spec: { runtime: 'python' },
  },
  js: { code: script('require("node:fs")'), spec: { runtime: 'node' } },
  ts: { code: script('await import("node:fs")'), spec: { runtime: 'bun' } },
}

function script(fs: string): string {
  return `const fs = ${fs}
    const count = Object.keys(process.env).filter((name) => name.startsWith('BUN_')).length
    const whole = typeof fs.readFileSync === 'function' && typeof lent === 'undefined'
    console.log(process.env.FOREIGN ?? 'clean', process.env.NODE_ENV ?? 'clean', whole ? count : 'foreign')`
}

/** Fills a folder with everything that a runtime might read from its working directory. */
function plantFiles(home: Home, folder: string): void {
  const write = (path: string, content: string) => home.write(`${folder}/${path}`, content)
  write('.env', 'FOREIGN=from .env\nNODE_ENV=from .env\n')
  write('.env.local', 'FOREIGN=from .env.local\n')
  write('.env.production', 'FOREIGN=from .env.production\n')
  write('foreign.js', 'console.log("foreign code"); globalThis.lent = true')
  write('bunfig.toml', 'preload = ["./foreign.js"]\n[run]\nbun = true\n')
  write('package.json', '{"type":"module","imports":{"#x":"./foreign.js"},"main":"./foreign.js"}')
  const paths = { '*': ['./foreign.js'], 'node:fs': ['./foreign.js'] }
  write('tsconfig.json', JSON.stringify({ compilerOptions: { baseUrl: '.', paths } }))
  for (const name of ['fs', 'node:fs', 'consola', 'valibot'])
    write(`node_modules/${name}/index.js`, 'console.log("foreign code")')
}

test('files in the working directory change nothing about a press, in any runtime', async () => {
  const home = emptyHome()
  for (const [name, button] of Object.entries(scripts)) writeButton(home, name, button)
  plantFiles(home, 'work')
  plantFiles(home, '.')
  for (const name of Object.keys(scripts)) {
    const { stdout, stderr } = await buttons(`press ${name}`).in(home).data<PressResult>()
    expect([name, stdout, stderr]).toEqual([name, 'clean clean 0\n', ''])
  }
})

const mainFiles: Record<string, string> = { python: 'main.py', node: 'main.js', bun: 'main.ts' }

test('nor do those of a project around its own data directory', async () => {
  const project = emptyHome()
  for (const [name, { code = '', spec }] of Object.entries(scripts)) {
    const runtime = String(spec?.['runtime'] ?? 'shell')
    const folder = `work/.buttons/buttons/${name}`
    project.write(`${folder}/${mainFiles[runtime] ?? 'main.sh'}`, code, 0o700)
    const file = { schema_version: 2, name, runtime, env: {}, timeout_seconds: 60 }
    project.write(`${folder}/button.json`, JSON.stringify(file))
  }
  plantFiles(project, 'work')
  const { BUTTONS_HOME: _, ...env } = project.env
  for (const name of Object.keys(scripts)) {
    const { stdout, stderr } = await buttons(`press ${name}`)
      .in({ ...project, env })
      .data<PressResult>()
    expect([name, stdout, stderr]).toEqual([name, 'clean clean 0\n', ''])
  }
})

test('a script for our own runtime goes by the settings it brings along', async () => {
  const home = emptyHome()
  writeButton(home, 'ts', {
    code: 'import { word } from "lib/word"; console.log(word)',
    spec: { runtime: 'bun' },
  })
  home.write('data/buttons/ts/lib/word.ts', 'export const word: string = "its own"')
  home.write(
    'data/buttons/ts/tsconfig.json',
    '{"compilerOptions":{"baseUrl":".","paths":{"lib/*":["./lib/*"]}}}',
  )
  expect(await buttons('press ts').in(home).data()).toMatchObject({ stdout: 'its own\n' })
})

test('what the caller exported reaches the script, but for the switches of our runtime', async () => {
  const home = emptyHome()
  writeButton(home, 'show', {
    code: 'echo "$MINE|$BUTTONS_HOME|$BUTTONS_BAT_TOKEN|${BUN_INSTALL:-}|$NODE_OPTIONS"',
  })
  const env = { MINE: 'x', BUTTONS_BAT_TOKEN: 't', BUN_INSTALL: '/bun', NODE_OPTIONS: '--a' }
  const { stdout } = await buttons('press show')
    .in(home)
    .env({ ...home.env, ...env })
    .data<PressResult>()
  expect(stdout).toBe(`x|${home.data}|t||--a\n`)
})

test('later sources of a variable win: battery, spec, argument', async () => {
  const home = emptyHome()
  writeButton(home, 'show', {
    code: 'echo "$BUTTONS_BAT_A|$BUTTONS_BAT_B|$X|$BUTTONS_ARG_DRY_RUN"',
    spec: {
      env: { BUTTONS_BAT_B: 'spec', X: 'spec', BUTTONS_ARG_DRY_RUN: 'spec' },
      args: [{ name: 'dry-run', type: 'string', required: true }],
    },
  })
  home.write(
    'data/batteries.json',
    '{"schema_version":1,"batteries":{"A":"battery","B":"battery"}}',
  )
  const outer = { BUTTONS_BAT_A: 'outer', X: 'outer' }
  const { stdout } = await buttons('press', 'show', '--arg', 'dry-run=a=b')
    .in(home)
    .env({ ...home.env, ...outer })
    .data<PressResult>()
  expect(stdout).toBe('battery|spec|spec|a=b\n')
})

test('an outer press leaves its progress path to nobody', async () => {
  const home = emptyHome()
  writeButton(home, 'show', { code: 'echo "$BUTTONS_PROGRESS_PATH"' })
  const result = await buttons('press show')
    .in(home)
    .env({ ...home.env, BUTTONS_PROGRESS_PATH: '/of/the/outer/press' })
    .data<PressResult>()
  expect(result.stdout).toBe(`${result.progress_path}\n`)
})

test('the script is told where to write its progress, and the file stays', async () => {
  const home = emptyHome()
  writeButton(home, 'show', { code: 'echo \'{"pct":0.5}\' >> "$BUTTONS_PROGRESS_PATH"' })
  const { progress_path: path } = await buttons('press show').in(home).data<PressResult>()
  const { mode } = await Bun.file(path!).stat()
  expect(mode & 0o777).toBe(0o600)
  expect(await Bun.file(path!).text()).toBe('{"pct":0.5}\n')
})

test('a press whose progress file cannot be made goes on without it', async () => {
  const home = emptyHome()
  writeButton(home, 'show', { code: 'echo "${BUTTONS_PROGRESS_PATH-none}"' })
  home.write('data/buttons/show/pressed', 'a file in the way')
  const { stdout } = await buttons('press show')
    .in(home)
    .expect({
      stderr: /^warning: Cannot record the press of "show"/,
      data: { stdout: 'none\n' },
    })
  expect(JSON.parse(stdout).data).not.toHaveProperty('progress_path')
})

test.skipIf(!executable)(
  'a script in our own runtime that calls buttons gets buttons',
  async () => {
    const home = emptyHome()
    const code = fixture('starts-in-every-way.ts')
    writeButton(home, 'ts', { code, spec: { runtime: 'bun' } })
    // Without a Node in PATH the same runtime runs this one.
    writeButton(home, 'js', {
      code: 'import("./starts.ts")',
      spec: { runtime: 'node' },
    })
    home.write('data/buttons/js/starts.ts', code)
    const env = { ...home.env, PATH: '/nowhere', PROGRAM: executable!, WORDS: 'version' }
    for (const name of ['ts', 'js']) {
      const finished = await buttons(`press ${name}`).in(home).env(env)
      const ways = JSON.parse(JSON.parse(finished.stdout).data.stdout) as Record<string, string>
      expect(Object.keys(ways).length).toBe(40)
      for (const [how, seen] of Object.entries(ways)) {
        if (how.endsWith('variable')) expect([how, seen]).toEqual([how, 'none'])
        else expect([how, JSON.parse(seen)]).toMatchObject([how, { ok: true }])
      }
    }
  },
)

test.skipIf(!executable)('no variable makes the executable run foreign code', async () => {
  const home = emptyHome()
  writeButton(home, 'hello', { code: 'echo hi' })
  const foreign = home.write('work/foreign.js', 'console.log("foreign code")')
  const attempts = [
    { NODE_OPTIONS: `--require ${foreign}` },
    { NODE_OPTIONS: `--import ${foreign}` },
    { BUN_INSPECT: '127.0.0.1:0' },
    { BUN_INSPECT_PRELOAD: foreign },
    { BUN_OPTIONS: `--preload ${foreign}` },
    { BUN_OPTIONS: `--config=${home.write('work/other.toml', `preload = ["${foreign}"]`)}` },
    { BUN_CONFIG_FILE: join(home.cwd, 'other.toml') },
  ]
  for (const attempt of attempts) {
    const { stdout, stderr } = await buttons('press hello')
      .in(home)
      .env({ ...home.env, ...attempt })
    expect(stdout + stderr).not.toContain('foreign code')
  }
})

test.skipIf(!executable)('what was found in NODE_OPTIONS is obeyed by Node alone', async () => {
  const home = emptyHome()
  writeButton(home, 'ts', { code: 'console.log("mine")', spec: { runtime: 'bun' } })
  const foreign = home.write('work/foreign.js', 'console.log("foreign code")')
  const { stdout } = await buttons('press ts')
    .in(home)
    .env({ ...home.env, NODE_OPTIONS: `--require ${foreign}`, BUN_OPTIONS: '' })
    .data<PressResult>()
  expect(stdout).toBe('mine\n')
})
