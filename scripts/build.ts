// Builds dist/buttons: one executable, bytecode inside, nothing loaded from the working directory.

import { rm } from 'node:fs/promises'
import { hotPath } from './hotPath.ts'

const out = process.env['BUTTONS_OUT'] ?? 'dist/buttons'
const stamps = {
  BUTTONS_VERSION: process.env['BUTTONS_STAMP_VERSION'],
  BUTTONS_COMMIT: process.env['BUTTONS_STAMP_COMMIT'],
  BUTTONS_DATE: process.env['BUTTONS_STAMP_DATE'],
}
const stamped = Object.entries(stamps).flatMap(([name, value]) =>
  value ? [[name, JSON.stringify(value)]] : [],
)

await rm(out, { force: true })
const build = await Bun.build({
  // A thread starts from a file of its own.
  entrypoints: ['src/main.ts', 'src/host/lockWorker.ts', 'src/host/crowd/thread.ts'],
  plugins: [hotPath],
  minify: true,
  bytecode: true,
  // Without it, lazily imported commands would be bundled into the entry and parsed at every start.
  splitting: true,
  format: 'esm',
  sourcemap: 'linked',
  define: { 'process.env.NODE_ENV': '"production"', ...Object.fromEntries(stamped) },
  compile: {
    outfile: out,
    jitPolicy: 8,
    // A .env or bunfig.toml in the working directory must not reach a press.
    autoloadDotenv: false,
    autoloadBunfig: false,
    // Closes eval, new Function, BUN_OPTIONS --preload and the inspector.
    execArgv: ['--disallow-code-generation-from-strings=strict'],
  },
})
if (!build.success) {
  for (const log of build.logs) console.error(log)
  process.exit(1)
}

// A failed bytecode step exits 0 and leaves a dead executable: only running it tells.
const probe = Bun.spawnSync([out, 'version', '--json'])
if (probe.exitCode !== 0 || !probe.stdout.toString().includes('"version"')) {
  console.error(`dist/buttons was built but does not run:\n${probe.stderr.toString()}`)
  process.exit(1)
}
