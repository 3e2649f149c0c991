// What runs before a script in our own runtime, as text: it is handed over as a file.
//
// BUN_BE_BUN=1 made our executable this runtime. Nothing that the script starts may inherit it, or
// a script that calls `buttons` would get the runtime instead. Bun starts processes and workers
// with the environment it found at its own start, not with today's process.env, unless it is given
// one; and a worker begins anew, so it needs this file as well. A fork is the exception: who talks
// to our executable over a channel wants another script, and only the runtime speaks that.

export const preload = `delete process.env.BUN_BE_BUN

const given = (options) => ({ ...options, env: options?.env ?? process.env })

for (const name of ['spawn', 'spawnSync']) {
  const start = Bun[name]
  Bun[name] = (first, second) => {
    const listed = Array.isArray(first)
    const command = listed ? first : first?.cmd
    const options = given(listed ? second : first)
    if (options.ipc && command?.[0] === process.execPath)
      options.env = { ...options.env, BUN_BE_BUN: '1' }
    return listed ? start(first, options) : start(options)
  }
}

const clean = (Base) =>
  class Worker extends Base {
    constructor(url, options) {
      const preload = [import.meta.path, ...[options?.preload ?? []].flat()]
      super(url, { ...given(options), preload })
    }
  }

globalThis.Worker = clean(globalThis.Worker)
const threads = require('node:worker_threads')
threads.Worker = clean(threads.Worker)
require('node:module').syncBuiltinESMExports()
`
