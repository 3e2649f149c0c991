// Keeps what nearly every command uses in one piece. With splitting, the bundler makes a chunk for
// each different set of lazily loaded files that share a module: dozens for one press, and loading
// each costs. So every lazily loaded file is made to import the whole hot path; then all of it has
// the same set of users. By the time such a file is loaded, the hot path is in memory anyway; and
// what is in memory anyway is handed over without asking the module loader.

import { type BunPlugin, Glob } from 'bun'
import { dirname, join, relative, resolve } from 'node:path'

const source = resolve(import.meta.dir, '../src')

/** What every start loads. */
const frame = ['app.ts', 'cli/dispatch.ts', 'host/bun.ts']
/** What every command that touches the data directory loads. */
const work = ['store/index.ts', 'press/press.ts', 'cli/commands/press.ts']
/** Files that do without `work`. */
const light = ['cli/commands/version.ts', 'cli/help.ts', 'cli/reporter.ts']

export const hotPath: BunPlugin = {
  name: 'hot path',
  setup: async (build) => {
    const lazy = await findLazy()
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const file = relative(source, path)
      const contents = joinWork(await Bun.file(path).text(), file)
      if (!lazy.has(file) || work.includes(file)) return { contents, loader: 'ts' }
      const users = light.includes(file) ? frame : [...frame, ...work]
      const imports = users.map((name) => `import ${JSON.stringify(`#${name}`)}`).join('\n')
      return { contents: `${contents}\n${imports}\n`, loader: 'ts' }
    })
  },
}

/** The text of a file, with `import()` of a file of `work` turned into a static import of it. */
function joinWork(text: string, file: string): string {
  let joined = text
  for (const [index, target] of work.entries()) {
    const specifiers = [`#${target}`, `./${relative(dirname(file), target)}`]
    const calls = specifiers.map((specifier) => `import('${specifier}')`)
    if (!calls.some((call) => joined.includes(call))) continue
    for (const call of calls) joined = joined.replaceAll(call, `Promise.resolve(hot${index})`)
    joined = `import * as hot${index} from '#${target}'\n${joined}`
  }
  return joined
}

/** The files that are loaded by import() or require() somewhere, relative to src. */
async function findLazy(): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const transpiler = new Bun.Transpiler({ loader: 'ts' })
  for await (const file of new Glob('**/*.ts').scan(source)) {
    const text = await Bun.file(join(source, file)).text()
    for (const { kind, path } of transpiler.scanImports(text)) {
      if (kind !== 'dynamic-import' && kind !== 'require-call') continue
      if (path.startsWith('#')) found.add(path.slice(1))
      else if (path.startsWith('.')) found.add(join(dirname(file), path))
    }
  }
  return found
}
