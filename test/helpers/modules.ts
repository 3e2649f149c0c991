// The module graph of src/, read from the import lines themselves.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dir, '../../src')

export interface Import {
  /** As written: `./lex.ts`, `#core/x.ts`, `valibot`. */
  specifier: string
  /** Path below src of our own file, or undefined for a library. */
  file: string | undefined
  /** `static` runs at load time; `lazy` is `import()` or `require()`; `type` leaves nothing behind. */
  kind: 'static' | 'lazy' | 'type'
}

export interface Module {
  /** Path below src. */
  path: string
  text: string
  imports: Import[]
}

/** Every TypeScript file of src, by its path below it. */
export function readModules(): Map<string, Module> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .sort()
  return new Map(paths.map((path) => [path, readModule(path)]))
}

const statements = /^(?:import|export)\s+(type\s)?(?:[^'"`;()=]*?\sfrom\s+)?'([^']+)'/gm
const calls = /(typeof\s+)?\b(?:import|require)\(\s*'([^']+)',?\s*\)/g

function readModule(path: string): Module {
  const text = readFileSync(join(root, path), 'utf8')
  const found: Import[] = []
  // A script that is kept as text imports nothing here.
  const code = text.replaceAll(/= `[^`]*`/g, '= ``')
  for (const [, type, specifier] of code.matchAll(statements))
    found.push(makeImport(path, specifier!, type === undefined ? 'static' : 'type'))
  for (const [, type, specifier] of code.matchAll(calls))
    found.push(makeImport(path, specifier!, type === undefined ? 'lazy' : 'type'))
  return { path, text, imports: found }
}

function makeImport(from: string, specifier: string, kind: Import['kind']): Import {
  return { specifier, kind, file: findFile(from, specifier) }
}

function findFile(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (!specifier.startsWith('.')) return undefined
  return relative(root, resolve(root, dirname(from), specifier))
}

/** What is loaded together with `entries`: our files by path, libraries by name. */
export function loadedWith(modules: Map<string, Module>, entries: readonly string[]): Set<string> {
  const loaded = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue
    loaded.add(path)
    for (const { kind, file, specifier } of modules.get(path)?.imports ?? [])
      if (kind === 'static') waiting.push(file ?? specifier)
  }
  return loaded
}
