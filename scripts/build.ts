// Builds dist/buttons: one executable, bytecode inside, nothing loaded from the working directory.

import { exists, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hotPath } from './hotPath.ts'

const out = process.env['BUTTONS_OUT'] ?? 'dist/buttons'
const stamps = {
  BUTTONS_VERSION: process.env['BUTTONS_STAMP_VERSION'],
  BUTTONS_COMMIT: process.env['BUTTONS_STAMP_COMMIT'],
  BUTTONS_DATE: process.env['BUTTONS_STAMP_DATE'],
  // Where newer programs are published; without it the program cannot update itself.
  BUTTONS_RELEASES: process.env['BUTTONS_STAMP_RELEASES'],
}
const stamped = Object.entries(stamps).flatMap(([name, value]) =>
  value ? [[name, JSON.stringify(value)]] : [],
)

await rm(out, { force: true })
const work = await mkdtemp(join(tmpdir(), 'buttons-build-'))
try {
  const orders = await recordOrder(work)
  await compile(out, Object.fromEntries(stamped), orders)
} finally {
  await rm(work, { recursive: true, force: true })
}

async function compile(
  outfile: string,
  define: Record<string, string>,
  bytecodeOrder: string[] = [],
): Promise<void> {
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
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    compile: {
      outfile,
      jitPolicy: 8,
      ...(bytecodeOrder.length > 0 && { bytecodeOrder }),
      // A .env or bunfig.toml in the working directory must not reach a press.
      autoloadDotenv: false,
      autoloadBunfig: false,
      // Closes eval, new Function, BUN_OPTIONS --preload and the inspector.
      execArgv: ['--disallow-code-generation-from-strings=strict'],
    },
  })
  if (build.success) return
  for (const log of build.logs) console.error(log)
  process.exit(1)
}

// What every press runs lies side by side in the executable, which saves a twentieth of its time. An
// executable that only serves for this notes what a few commands ran, and in which order.
async function recordOrder(folder: string): Promise<string[]> {
  const program = join(folder, 'buttons')
  await compile(program, { BUTTONS_NOTES_ORDER: 'true' })
  const commands = [
    ['create', 'hello', '--code', 'echo hello'],
    ['press', 'hello'],
    ['history'],
    ['list'],
    ['version'],
  ]
  const orders: string[] = []
  for (const words of commands) {
    const order = join(folder, `${words[0]}.order`)
    const env = {
      ...process.env,
      BUTTONS_HOME: join(folder, 'home'),
      BUN_BYTECODE_ORDER_OUT: order,
    }
    Bun.spawnSync([program, ...words], { env })
    if (words[0] !== 'create' && (await exists(order))) orders.push(order)
  }
  return orders
}

// A failed bytecode step exits 0 and leaves a dead executable: only running it tells.
const probe = Bun.spawnSync([out, 'version', '--json'])
if (probe.exitCode !== 0 || !probe.stdout.toString().includes('"version"')) {
  console.error(`dist/buttons was built but does not run:\n${probe.stderr.toString()}`)
  process.exit(1)
}
