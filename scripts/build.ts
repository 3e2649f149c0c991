// Builds dist/buttons: one executable, bytecode inside, nothing loaded from the working directory.

import { rm } from 'node:fs/promises'

const out = process.env['BUTTONS_OUT'] ?? 'dist/buttons'
const stamp = (name: string, value: string | undefined) =>
  value ? ['--define', `${name}=${JSON.stringify(value)}`] : []

const command = [
  process.execPath,
  'build',
  '--compile',
  '--minify',
  '--bytecode',
  // Without it, lazily imported commands would be bundled into the entry and parsed at every start.
  '--splitting',
  '--format=esm',
  '--sourcemap',
  '--compile-jit-policy',
  '8',
  // A .env or bunfig.toml in the working directory must not reach a press.
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
  // Closes eval, new Function, BUN_OPTIONS --preload and the inspector.
  '--compile-exec-argv=--disallow-code-generation-from-strings=strict',
  '--define',
  'process.env.NODE_ENV="production"',
  ...stamp('BUTTONS_VERSION', process.env['BUTTONS_STAMP_VERSION']),
  ...stamp('BUTTONS_COMMIT', process.env['BUTTONS_STAMP_COMMIT']),
  ...stamp('BUTTONS_DATE', process.env['BUTTONS_STAMP_DATE']),
  'src/main.ts',
  // A thread starts from a file of its own.
  'src/host/lockWorker.ts',
  '--outfile',
  out,
]

await rm(out, { force: true })
const build = Bun.spawnSync(command, { stdout: 'inherit', stderr: 'inherit', env: process.env })
if (build.exitCode !== 0) process.exit(1)

// A failed bytecode step exits 0 and leaves a dead executable: only running it tells.
const probe = Bun.spawnSync([out, 'version', '--json'])
if (probe.exitCode !== 0 || !probe.stdout.toString().includes('"version"')) {
  console.error(`dist/buttons was built but does not run:\n${probe.stderr.toString()}`)
  process.exit(1)
}
